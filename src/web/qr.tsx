/**
 * A QR code (ISO/IEC 18004) as a picture within the page: nothing is fetched, and nobody else is told what it holds.
 */

import { encodeQR } from 'qr'

/** Modules of light around it, which readers want. */
const BORDER = 4

type Props = { readonly text: string; readonly label: string }

export function QrCode({ text, label }: Props) {
  const rows = encodeQR(text, 'raw', { ecc: 'medium', border: BORDER })
  const size = rows.length
  // A run of dark modules is one line.
  const path = rows.flatMap((row, y) =>
    [
      ...row
        .map((dark) => (dark ? '#' : ' '))
        .join('')
        .matchAll(/#+/g),
    ].map(({ 0: run, index }) => `M${index} ${y}h${run.length}v1h-${run.length}z`),
  )
  return (
    <svg class="qr" viewBox={`0 0 ${size} ${size}`} role="img" aria-label={label}>
      <rect width={size} height={size} fill="#fff" />
      <path d={path.join('')} fill="#000" shape-rendering="crispEdges" />
    </svg>
  )
}
