/** English labels of the buttons under an answer. */
export const labels = {
  stop: 'Stop',
  regenerate: 'Regenerate',
  continue: 'Continue',
  short: 'TL;DR',
  thoughts: 'Show thinking',
  delete: 'Delete',
};
