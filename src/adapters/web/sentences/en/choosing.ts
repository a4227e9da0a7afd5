/** English sentences at the message box about the choices of a conversation: its model, temperature and effort. */
export const title = 'Model of this conversation';
export const demo = 'Built-in demo';
export const withYourKey = (model: string) => `${model} · your key`;
export const button = (model: string) => `Model: ${model}`;
export const search = 'Search models';
export const models = 'Models';
/** @param value of the settings */
export const usual = (value: string) => `As in the settings: ${value}`;
export const use = (model: string) => `Use “${model}”`;
export const found = (count: number) => (count === 1 ? 'One model found.' : `${count} models found.`);
export const more = (count: number) => `And ${count} more: type a part of the name.`;
export const chosen = (model: string) => `${model} answers from now on.`;
export const TEMPERATURE = 'The temperature is a number from 0 to 2.';
