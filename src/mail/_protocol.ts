/**
 * The words that every mail holds by its form (RFC 5322, MIME), whatever it says. Somebody may be called Jan, or May.
 */

export const DAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'] as const

export const MONTHS = [
  ...(['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun'] as const),
  ...(['Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const),
] as const

export const protocolWords = [
  ...DAYS,
  ...MONTHS,
  'From To Subject Message-ID Date Auto-Submitted auto-generated MIME-Version 1.0 +0000',
  'Content-Type multipart/alternative text/plain text/html charset utf-8 boundary Part_1 Part_2',
  'Content-Transfer-Encoding quoted-printable 7bit base64',
].join(' ')
