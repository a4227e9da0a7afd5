/** English words of App Home. */
export const name = 'Parley';
export const headline = 'Parley in this workspace';

/** Buttons for admins. */
export const buttons = {
  key: 'Set the API key',
  model: 'Choose the model',
  persona: 'Edit the persona',
  settings: 'Change settings',
  limits: 'Limit spending',
  tools: 'Choose tools',
};
