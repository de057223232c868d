/**
 * Migrations and Markdown: each table says how long it keeps what it holds (C3.2); each link leads somewhere.
 */

import { posix } from 'node:path'
import { type Finding, lineAt, type Rule, type Source } from './source.ts'

const README_LINES = 60

const CREATED =
  /\bcreate\s+(?:unlogged\s+)?table\s+(?:if\s+not\s+exists\s+)?([\w.]+)\b(?!\s+partition\s+of\b)/gi
const RETENTION =
  /\bcomment\s+on\s+table\s+([\w.]+)\s+is\s+'retention:\s*(?:none: [^']{8,}|[a-z][a-z0-9_-]*)\s*'/gi

const retention: Rule = {
  name: 'every table names its retention rule (C3.2)',
  remedy:
    "Write: comment on table X is 'retention: RULE', with a rule of the policy, or " +
    '`none: no person in it`',
  find: (sources) => {
    const files = sources.filter(({ path }) => /^migrations\/.*\.sql$/.test(path)).map(uncommented)
    const named = new Set(
      files.flatMap(({ text }) => [...text.matchAll(RETENTION)].map(([, table]) => table)),
    )
    return files.flatMap(({ path, text }) =>
      [...text.matchAll(CREATED)]
        .filter(([, table]) => !named.has(table))
        .map(({ 1: table, index }) => ({
          path,
          line: lineAt(text, index),
          what: `table ${table}`,
        })),
    )
  },
}

const readme: Rule = {
  name: `README.md has under ${README_LINES} lines`,
  remedy: 'Move it to the page that it belongs to and link there',
  find: (sources) =>
    sources
      .filter(({ path }) => path === 'README.md')
      .map(({ path, text }) => ({ path, line: text.trimEnd().split('\n').length }))
      .filter(({ line }) => line >= README_LINES)
      .map(({ path, line }) => ({ path, line, what: `${line} lines` })),
}

const LINKS =
  /\]\(<?([^()\s<>]+)>?(?:\s+"[^"]*")?\)|^\[[^\]]+\]:\s+(\S+)|<(?:img|a)\b[^>]*\s(?:src|href)="([^"]+)"/gm

/** `exists` is asked for paths from the root of the project, of files and folders. */
export function documentRules(exists: (path: string) => boolean): readonly Rule[] {
  const links: Rule = {
    name: 'a link in a document leads to a file',
    remedy: 'Name the file as it is called now',
    find: (sources) =>
      sources
        .filter(({ path }) => path.endsWith('.md'))
        .flatMap((file) => targets(file))
        .filter(({ path, what }) => !exists(posix.join(posix.dirname(path), what))),
  }
  return [retention, readme, links]
}

function targets({ path, text }: Source): readonly Finding[] {
  const prose = blanked(text, /^```[\s\S]*?^```|`[^`\n]*`/gm)
  return [...prose.matchAll(LINKS)].flatMap((match) => {
    const target = (match[1] ?? match[2] ?? match[3] ?? '').replace(/#.*$/, '')
    const isOutside = target === '' || /^[a-z][a-z+.-]*:/i.test(target)
    return isOutside ? [] : [{ path, line: lineAt(prose, match.index), what: target }]
  })
}

function uncommented(file: Source): Source {
  return { ...file, text: blanked(file.text, /--[^\n]*|\/\*[\s\S]*?\*\//g) }
}

/** Keeps every line where it is. */
function blanked(text: string, pattern: RegExp): string {
  return text.replaceAll(pattern, (found) => found.replaceAll(/[^\n]/g, ' '))
}
