/** English findings of `doctor` about the machine, the store and the model. They end without a full stop. */
export const misspelt = (given: string, meant: string) =>
  `${given} is not a setting of Parley's, so it has no effect. Did you mean ${meant}?`;
export const portNotListened = 'PORT cannot be listened on';

export const storeWorks = (store: string) => `${store} can be read and written`;
export const storeInUse = (store: string) => `${store} is in use by a running Parley`;

/** @param where MASTER_KEYS, or the path of a file */
export const keysOpen = (where: string) => `in ${where}; keep a copy, stored API keys open with it only`;
export const keysDoNotOpen = (where: string) =>
  `those in ${where} do not open what is stored. Bring the old file back, or add the old key to MASTER_KEYS`;
/** @param reason a sentence; without it, the file at `path` cannot be written */
export const keysMissing = (reason: string | undefined, path: string) =>
  `${reason ?? `${path} cannot be written.`} Bring the file back, or set MASTER_KEYS`;

export const demoAnswers =
  'no key: the built-in demo answers on the page, and nothing elsewhere until a key is set there. Set OPENAI_API_KEY for everybody';
export const modelAnswers = (baseUrl: string, model: string) => `${baseUrl} answers, with ${model}`;
export const modelSlow = (baseUrl: string, seconds: number) =>
  `${baseUrl} has not answered for ${seconds} seconds. It may only be slow: try it again`;
export const modelNotListed = (baseUrl: string, model: string, others: string[]) =>
  `${baseUrl} does not have ${model}. Set OPENAI_MODEL to one it lists: ${others.join(', ')}`;

export const toolsCalled = (model: string) => `${model} calls tools`;
export const toolsRefused = (model: string) =>
  `${model} takes no tools, so Parley answers without looking anything up. Choose a model that calls tools (at Ollama and OpenRouter, models list it as “tools”), or start vLLM with --enable-auto-tool-choice and --tool-call-parser, llama.cpp with --jinja`;
export const toolsWritten = (model: string) =>
  `${model} writes its calls of tools as text, and people would read them: the server does not know the model's format. Start vLLM with the --tool-call-parser of the model, llama.cpp with --jinja and the model's template, or update the server`;
export const toolsUncalled = (model: string) =>
  `${model} was asked to call a tool and did not, so it may seldom look anything up`;

/** @param places names of platforms */
export const notLimited = (places: string[]) =>
  `anybody who can ask Parley on ${places.join(' and ')} can spend the money of OPENAI_API_KEY without a limit. Set SPEND_MONTH or SPEND_DAY`;
export const sumNotLimited = (places: string[]) =>
  `each person or server on ${places.join(' and ')} has a limit, but nothing limits what all of them together spend of the money of OPENAI_API_KEY. Set SPEND_MONTH or SPEND_DAY`;

export const pricesKnown = 'known for all models in use';
/** @param limits names of settings. @param hasFile whether PRICES names a file */
export const pricesUnknown = (models: string[], limits: string[], hasFile: boolean) =>
  [
    `not known for ${models.join(', ')}:`,
    limits.length > 0
      ? `since ${limits.join(', ')} would not hold for them, Parley refuses to ask these models.`
      : 'Parley counts the tokens of these models but not what they cost, and does not ask them where admins have set a limit of money.',
    hasFile
      ? 'Add their prices to the file of PRICES, by these names'
      : 'Write their prices into a file, and set PRICES to its path',
  ].join(' ');

/** @param limits such as “SPEND_DAY $5.00” */
export const limitsHold = (limits: string[], timeZone: string) =>
  `${limits.join(', ')}, of what you pay for, by the days and months of ${timeZone}`;
export const limitsOfNothing = (limits: string[]) =>
  `${limits.join(', ')} is 0, so nothing that you would pay for is answered. Set a sum in dollars, or take it out for no limit`;
