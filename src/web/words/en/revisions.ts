/**
 * Words about the revisions of the policy.
 */

export const revisions = {
  title: 'Revisions of our privacy policy',
  lead: 'Each revision that was in force, as the shop’s software has stored it, and what it changed. Looser is whatever lets more happen with your data, stricter whatever lets less. What was given to us stays under the revision of that day: a later one that allows more does not reach it, a stricter one does.',
  inForce: 'Read the policy that is in force',
  name: (revision: string) => `Revision ${revision}`,
  dates: (since: string, updated: string) => `In force since ${since}, last updated ${updated}.`,
  first: 'The first revision of this shop.',
  against: (revision: string) => `What is different from revision ${revision}`,
  what: 'What',
  change: 'What changed',
  how: 'Which way',
  clause: 'Clause',
  given: (revision: string) => `Given under revision ${revision} of our privacy policy`,
  unchanged: 'it is in force unchanged.',
  later:
    'a later one has come. What that allows in addition does not reach this order; what it forbids does.',
  seeChanges: 'See what changed',
}
