/**
 * What a page may hold, so that the Content-Security-Policy needs no `unsafe-*` and a page reaches nobody else (C6,
 * C7).
 */

import { isFree, matches, type Rule, type Source } from './source.ts'

/** Addresses that a page may name though they are not ours. */
const ADDRESSES: Readonly<Record<string, string>> = {
  'http://www.w3.org/2000/svg': 'a name space, never fetched',
  'http://www.w3.org/1999/xlink': 'a name space, never fetched',
  'http://www.w3.org/1999/xhtml': 'a name space, never fetched',
}

const OWN: readonly RegExp[] = [
  /^https?:\/\/(?:localhost|127\.0\.0\.1|\[::1\])(?![\w.-])/,
  /^https?:\/\/(?:[\w-]+\.)*(?:example|test|invalid|example\.(?:com|org|net))(?![\w.-])/,
]

const rawMarkup: Rule = {
  name: 'markup is written as elements, so that everything is escaped',
  remedy: 'Write the elements out',
  find: (sources) =>
    pages(sources).flatMap((file) =>
      matches(file, 'code', /\bdangerouslySetInnerHTML\b|\binnerHTML\b/g),
    ),
}

const inlineCode: Rule = {
  name: 'no style and no script inside a page',
  remedy: 'Use a class of public/, and a script of public/ by its src',
  find: (sources) =>
    pages(sources).flatMap((file) => [
      ...matches(file, 'code', /(?<=\s)style=|<style\b|(?<=\s)on[A-Za-z]+=/g),
      ...matches(file, 'code', /<script\b(?![^<>]*\ssrc=)/g),
      ...matches(file, 'code', /<script\b[^<>]*[^/]>(?!\s*<\/script>)/g),
      ...matches(file, 'bare', /\bjavascript:/gi),
    ]),
}

const hosts: Rule = {
  name: 'a page names no host but ours',
  remedy: 'Serve it from public/, or name the address in test/tidy/pages.ts with its reason',
  find: (sources) =>
    sources
      .filter(({ path }) => path.startsWith('public/') || isPage(path))
      .flatMap((file) =>
        matches(
          file,
          file.path.startsWith('public/') ? 'text' : 'bare',
          /https?:\/\/[^\s'"`)<>]+|(?<=["'`(=])\/\/[a-z][\w-]*\.[^\s'"`)<>]+/gi,
        ),
      )
      .filter(({ what }) => !OWN.some((own) => own.test(what)) && !(what in ADDRESSES)),
}

const language: Rule = {
  name: 'a page fixes no language',
  remedy: "Name and format in the shop's language: frame.shop.language",
  find: (sources) =>
    pages(sources).flatMap((file) =>
      matches(file, 'text', /\bnew Intl\.\w+\(\s*['"][^'"]*|\.toLocale\w*\(\s*['"][^'"]*/g),
    ),
}

export const pageRules: readonly Rule[] = [rawMarkup, inlineCode, hosts, language]

function isPage(path: string): boolean {
  return path.startsWith('src/') && path.endsWith('.tsx') && !isFree(path)
}

function pages(sources: readonly Source[]): readonly Source[] {
  return sources.filter(({ path }) => isPage(path))
}
