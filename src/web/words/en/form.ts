/**
 * Words of every form.
 */

export const form = {
  errorTitle: (title: string) => `Error: ${title}`,
  errorSummary: 'There is a problem',
  errorPrefix: 'Error:',
  optional: '(optional)',
}
