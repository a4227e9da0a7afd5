/** How servers say that they do not take tools, or a part of them. Each expression takes time linear in the text. */

/** The names of parts that only requests with tools have. mend.ts leaves them out one by one. */
export const HOSTED_TOOLS = ['web_search', 'image_generation', 'code_interpreter'] as const;
const HOSTED = new RegExp(HOSTED_TOOLS.join('|'));
/** As the `parameter` of a failure: hosted tools, of which the server names none. */
export const SOME_HOSTED = 'hosted';

/** Sentences that say it whatever their status, each with a server that says so. */
const NO_TOOLS = new RegExp(
  [
    'does not support tools', // Ollama
    'support tool use', // OpenRouter: No endpoints found that support tool use
    'enable-auto-tool-choice|tool-call-parser', // vLLM, SGLang
    '--jinja|tools param requires|unsupported param: tools', // llama.cpp (#10920)
    '(?:tools?|functions?)[ _-]?(?:use|calls?|calling|choice)? (?:is|are) (?:not|currently not|un)[ -]?(?:supported|enabled|available|allowed)',
    "(?:does not|doesn't|do not|cannot|can't|not) (?:currently )?(?:support|accept|allow|use) (?:the )?(?:tools?|functions?)\\b",
  ].join('|'),
  'i',
);
const TOOLS = /(?<![a-z])(?:tools?|function[ _-]?call(?:s|ing)?)(?![a-z])/i;
const REFUSED =
  /not (?:be )?(?:support|allow|enabl|permit|accept|available|implement)|n't (?:support|allow|accept)|unsupported|unknown|unrecogni[sz]ed|unexpected|extra (?:inputs|fields)|no endpoints|disabled|invalid/i;

/** OpenAI, Chat Completions (LibreChat#14231): the effort has to be `none`, or there are no tools. */
const WITH_REASONING = /function tools with reasoning/i;
/** OpenAI: the key belongs to another organization than the one for which the reasoning was encrypted. */
const FOREIGN_ITEMS = /invalid_encrypted_content|encrypted content\b[^.]{0,80} could not be/i;
/** OpenAI, for models that do not reason: Encrypted content is not supported with this model. */
const NO_ENCRYPTION = /encrypted[ _]content/i;
/** A role in the history that a chat template does not know; Gemini's refusal of calls that another model made. */
const PAST_CALLS =
  /\brole\b[^.]{0,20}['"`]tool['"`]|['"`]tool['"`] (?:message )?role|thought_signature|tool_call_id/i;
const TYPE_OF_TOOL = /\btool[s'"`.[\]\d ]*type|\btype\b[^.]{0,12} tools?\b|(?:must|should) be ['"`]function/i;
/** Fields of a message that only their own server knows. */
const REASONING_FIELDS = /reasoning_(?:content|details)/i;
const PARAMETER = /parallel_tool_calls|max_tool_calls|tool_choice/i;

/**
 * The part of the tools that a server refuses, by the parameter that it names and its words.
 * @param isServers whether the status is a 5xx. Then only a known sentence counts
 */
export function refusedOfTools(text: string, param: string, isServers: boolean): string | undefined {
  if (WITH_REASONING.test(text)) return 'reasoning_with_tools';
  if (FOREIGN_ITEMS.test(text)) return 'sent';
  if (NO_ENCRYPTION.test(text)) return 'encrypted_content';
  if (!isServers && REASONING_FIELDS.test(`${param} ${text}`)) return 'reasoning_content';
  const said = `${param} ${text}`.toLowerCase();
  // The refused one comes first: some servers list the others after it.
  const hosted = isServers ? undefined : HOSTED.exec(said)?.[0];
  if (hosted && REFUSED.test(text)) return hosted;
  if (NO_TOOLS.test(text)) return 'tools';
  if (isServers) return undefined;
  const named = PARAMETER.exec(said)?.[0];
  if (named) return named;
  if (PAST_CALLS.test(text)) return 'past_calls';
  if (TYPE_OF_TOOL.test(said)) return SOME_HOSTED;
  return param.startsWith('tools') || (TOOLS.test(text) && REFUSED.test(text)) ? 'tools' : undefined;
}
