/**
 * What a file looks like: its size, its opening comment, its names, what it may silence.
 */

import {
  type Finding,
  isFree,
  isScript,
  lineAt,
  matches,
  type Rule,
  type Source,
} from './source.ts'

const FILE_LINES = 400
const FUNCTION_LINES = 70
const CODE_COLUMNS = 110
const COMMENT_COLUMNS = 120

const fileSize: Rule = {
  name: `a file has at most ${FILE_LINES} lines`,
  remedy: 'Give the second noun in it a file of its own',
  find: (sources) =>
    sources
      .map(({ path, text }) => ({ path, line: text.trimEnd().split('\n').length }))
      .filter(({ path, line }) => isScript(path) && line > FILE_LINES)
      .map(({ path, line }) => ({ path, line, what: `${line} lines` })),
}

const functionSize: Rule = {
  name: `a function has at most ${FUNCTION_LINES} lines`,
  remedy: 'Name its steps and let it call them',
  find: (sources) => scripts(sources).flatMap(longFunctions),
}

const lineLength: Rule = {
  name: `a line has at most ${CODE_COLUMNS} characters, in a comment ${COMMENT_COLUMNS}`,
  remedy: 'Run the formatter; break the comment or the string',
  find: (sources) =>
    sources
      .filter(({ path }) => isScript(path) || path.endsWith('.sql'))
      .filter(({ path }) => !isProse(path))
      .flatMap(({ path, text, bare }) => {
        const withoutComments = bare.split('\n')
        return text.split('\n').flatMap((line, index) => {
          const isComment = /^\s*--/.test(line) || withoutComments[index]?.trim() === ''
          const limit = isComment ? COMMENT_COLUMNS : CODE_COLUMNS
          return line.length <= limit
            ? []
            : [{ path, line: index + 1, what: `${line.length} characters` }]
        })
      }),
}

/** The words of pages: a sentence is not broken for the sake of a column. */
function isProse(path: string): boolean {
  return /\/words\//.test(path)
}

const openingComment: Rule = {
  name: 'a file opens with a comment that says what it is',
  remedy: 'Begin with /** … */: what the file holds, which clause, its invariants',
  find: (sources) =>
    sources
      .filter(({ path }) => /^(src|policy|sandbox|bench)\/.*\.tsx?$/.test(path))
      .filter(({ text }) => !/^(?:#![^\n]*\n)?\/\*\*[\s*]*[^\s*/]/.test(text))
      .map(({ path }) => ({ path, line: 1, what: 'no opening comment' })),
}

const EMPTY_NAME =
  /^(utils?|helpers?|services?|managers?|types|index|common|misc|shared|lib|core)$/i

const fileNames: Rule = {
  name: 'files and folders are named for the noun that they hold',
  remedy: 'Use the word of the trade for what is in it',
  find: (sources) =>
    scripts(sources)
      .map(({ path }) => ({
        path,
        line: 1,
        what: path.split('/').find((name) => EMPTY_NAME.test(name.replace(/^_|\..*$/g, ''))),
      }))
      .filter((finding) => finding.what !== undefined) as readonly Finding[],
}

const identifiers: Rule = {
  name: 'no Manager, Service, Helper, Util, and no I before an interface',
  remedy: 'Say what it does or holds, in the words of the glossary',
  find: (sources) =>
    scripts(sources).flatMap((file) =>
      matches(
        file,
        'code',
        /\b(?:class|interface|type|function|const|let)\s+\w*(?:Manager|Service|Helper|Util)s?\b/g,
        /\b(?:interface|type)\s+I[A-Z][a-z]\w*/g,
      ),
    ),
}

const anyType: Rule = {
  name: 'no any, and no cast by way of unknown',
  remedy: 'Parse what comes from outside into a type; name the rest',
  find: (sources) =>
    scripts(sources).flatMap((file) =>
      matches(
        file,
        'code',
        /:\s*any\b(?=\s*(?:[),;=\]}>|&[]|$))/gm,
        /[<|&]\s*any\s*(?=[>,|&[]|$)|,\s*any\s*>|=\s*any\s*$/gm,
        /\bas\s+any\b|\bas\s+unknown\s+as\b/g,
      ),
    ),
}

const silenced: Rule = {
  name: 'no check is silenced without a reason',
  remedy: 'Mend the cause; what must not compile goes to a *.types.ts',
  find: (sources) =>
    sources.flatMap((file) => [
      ...matches(file, 'comments', /eslint-disable[\w-]*|@ts-(?:ignore|nocheck)/g),
      ...(file.path.endsWith('.types.ts') ? [] : matches(file, 'comments', /@ts-expect-error/g)),
      ...matches(file, 'comments', /biome-ignore[\w-]*(?! [\w/]+: (?!<)\S.{9})/g),
    ]),
}

const laterWork: Rule = {
  name: 'work for later has an issue',
  remedy: 'Do it now, or open an issue and write its number: #12',
  find: (sources) =>
    sources.flatMap((file) =>
      matches(file, 'comments', /\b(?:TODO|FIXME|XXX)\b(?![^\n]*#\d)[^\n]*/g),
    ),
}

const wholeTests: Rule = {
  name: 'every test runs',
  remedy: 'Mend the test or remove it',
  find: (sources) =>
    sources
      .filter(({ path }) => isFree(path))
      .flatMap((file) =>
        matches(
          file,
          'code',
          /\b(?:test|it|describe|suite|t)\s*\.\s*(?:only|skip|todo)\b/g,
          /,\s*\{\s*(?:\w+:\s*\w+,\s*)*(?:only|skip|todo)\b\s*[:,}]/g,
        ),
      ),
}

export const shapeRules: readonly Rule[] = [
  fileSize,
  functionSize,
  lineLength,
  openingComment,
  fileNames,
  identifiers,
  anyType,
  silenced,
  laterWork,
  wholeTests,
]

function scripts(sources: readonly Source[]): readonly Source[] {
  return sources.filter(({ path }) => isScript(path))
}

const MODIFIERS = '(?:(?:static|override|async|get|set) |\\*)*#?'
const NOT_METHODS = '(?:if|for|while|switch|catch|with|return|await|function)'

/** Where the parameters of a function begin, or the body of an arrow. */
const HEADS: readonly RegExp[] = [
  /\bfunction\b[^(]*(?=\()/g,
  /=>\s*(?=[{(])/g,
  new RegExp(`^[ \\t]+${MODIFIERS}(?!${NOT_METHODS}\\b)\\w+(?:<[^()\\n]*>)?(?=\\()`, 'gm'),
]

/** A suite is a list of tests, not one thought. */
const SUITE = /\b(?:describe|suite)\((?:[^()]|\(\))*$/

function longFunctions({ path, code }: Source): readonly Finding[] {
  const heads = HEADS.flatMap((pattern) => [...code.matchAll(pattern)])
  return heads.flatMap(({ 0: head, index }) => {
    if (head.startsWith('=>') && SUITE.test(code.slice(Math.max(0, index - 200), index))) return []
    const end = endOfFunction(code, index + head.length, head.startsWith('=>'))
    if (end === undefined) return []
    const line = lineAt(code, index + head.length - head.trimStart().length)
    const lines = lineAt(code, end) - line + 1
    return lines > FUNCTION_LINES ? [{ path, line, what: `${lines} lines` }] : []
  })
}

function endOfFunction(code: string, at: number, isArrow: boolean): number | undefined {
  const close = closing(code, at)
  if (isArrow || close === undefined) return close
  return endOfBody(code, close + 1)
}

/** After the parameters: a body, or a type and a body, or neither in a call and in an interface. */
function endOfBody(code: string, from: number): number | undefined {
  const rest = /^\s*(:[^{}\n;=]*)?\{/.exec(code.slice(from))
  if (rest === null) return undefined
  const close = closing(code, from + rest[0].length - 1)
  if (close === undefined || rest[1] === undefined) return close
  const isType = /^\s*[{|&[>]/.test(code.slice(close + 1))
  if (!isType) return close
  const body = code.indexOf('{', close + 1)
  return body === -1 ? undefined : closing(code, body)
}

/** Where the bracket that opens at `at` closes. */
function closing(code: string, at: number): number | undefined {
  let open = 0
  for (let next = at; next < code.length; next += 1) {
    if ('([{'.includes(code[next] ?? ' ')) open += 1
    else if (')]}'.includes(code[next] ?? ' ')) {
      open -= 1
      if (open === 0) return next
    }
  }
  return undefined
}
