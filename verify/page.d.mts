/** The types of `page.mjs`. */

export function pageOf(verifier: string): string
