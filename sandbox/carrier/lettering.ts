/**
 * Lettering of labels. The fonts that every PDF reader has know Windows-1252 only and would print
 * wrong letters for others; so a letter beyond it is printed as its nearest plain one, and one
 * without such as `?`.
 */

/** Letters that do not come apart into a plain one and an accent. */
const NEAREST: Readonly<Record<string, string>> = {
  Ł: 'L',
  ł: 'l',
  Đ: 'D',
  đ: 'd',
  Ħ: 'H',
  ħ: 'h',
  ı: 'i',
  ĸ: 'k',
  Ŋ: 'N',
  ŋ: 'n',
  Ŧ: 'T',
  ŧ: 't',
  ẞ: 'SS',
}
const WINDOWS_1252 = /[\x20-\x7e\xa0-\xff€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]/

export function printable(text: string): string {
  let letters = ''
  for (const letter of text.normalize('NFC')) letters += near(letter)
  return letters
}

function near(letter: string): string {
  if (WINDOWS_1252.test(letter)) return letter
  const known = NEAREST[letter]
  if (known !== undefined) return known
  const bare = letter.normalize('NFD').replaceAll(/\p{M}/gu, '')
  return bare !== '' && WINDOWS_1252.test(bare) ? bare : '?'
}
