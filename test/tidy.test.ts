/**
 * Style as a test: each rule over the whole tree, and each rule over samples that it must catch.
 */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { rulesFor } from './tidy/rules.ts'
import { samplesOfFiles } from './tidy/samples.ts'
import { samplesOfStore } from './tidy/samples-store.ts'
import { type Finding, source } from './tidy/source.ts'
import { exists, tree } from './tidy/tree.ts'

const sources = tree()

for (const rule of rulesFor(exists)) {
  test(rule.name, () => {
    const found = rule.find(sources)
    assert.equal(found.length, 0, `${rule.remedy}.\n${found.map(place).join('\n')}`)
  })
}

const samples = { ...samplesOfFiles, ...samplesOfStore }
const rulesOfSamples = rulesFor((path) => path === 'decisions/0001-here.md')

test('every rule has a sample that it must catch', () => {
  assert.deepEqual(rulesOfSamples.map(({ name }) => name).sort(), Object.keys(samples).sort())
})

for (const rule of rulesOfSamples) {
  test(`caught, and no more than that: ${rule.name}`, () => {
    const { bad, good } = samples[rule.name] ?? { bad: [], good: [] }
    assert.ok(bad.length > 0, 'A rule that cannot fail is a defect')
    for (const files of bad) {
      assert.notEqual(findIn(files).length, 0, `Not caught: ${JSON.stringify(files)}`)
    }
    for (const files of good) {
      const found = findIn(files).map(place).join('\n')
      assert.equal(found, '', `Caught without cause: ${JSON.stringify(files)}`)
    }
    function findIn(files: Readonly<Record<string, string>>): readonly Finding[] {
      return rule.find(Object.entries(files).map(([path, text]) => source(path, text)))
    }
  })
}

test('the tree that is looked at has the store in it', () => {
  assert.ok(sources.some(({ path }) => path === 'src/base/database.ts'))
  assert.ok(sources.some(({ path }) => path === 'STYLE.md'))
})

function place({ path, line, what }: Finding): string {
  return `  ${path}:${line}  ${what}`
}
