/** How providers word their refusals. Each expression takes time linear in the text. */

export const QUOTA_CODES = new Set([
  'insufficient_quota',
  'credit_balance_exhausted',
  'organization_spend_limit_exceeded',
  'project_spend_limit_exceeded',
  'organization_usage_limit_exceeded',
  'billing_hard_limit_reached',
  'billing_error',
  'insufficient_credits',
  'exceeded_current_quota_error',
  'budget_exceeded',
  'arrearage',
]);
/** Anthropic, DeepSeek, xAI, Together, OpenRouter, LiteLLM, Qwen, New API, GLM. */
const QUOTA_TEXT =
  /credit balance is too low|insufficient (?:balance|credits?|funds|quota)|(?:out of|no|used all available|have any|requires? more) credits|(?:spending|spend) limit|specified (?:workspace )?api usage limits|budget has been exceeded|account is in good standing|quota is not enough|(?:余额|额度)不足/i;
/** OpenAI's wording; also Gemini's for a quota that is renewed (its status is RESOURCE_EXHAUSTED). */
const CURRENT_QUOTA = /exceeded your current quota/i;
export const saysNoCredit = (text: string, words: string[]) =>
  QUOTA_TEXT.test(text) || (CURRENT_QUOTA.test(text) && !words.includes('resource_exhausted'));

export const REFUSAL_CODES = new Set([
  'content_filter',
  'content_policy_violation',
  'invalid_prompt',
  'bio_policy',
  'misalignment_policy_violation',
  'image_content_policy_violation',
  'moderation_blocked',
  'responsibleaipolicyviolation',
  'data_inspection_failed',
]);
/** Azure, xAI, DeepSeek, OpenRouter, Gemini, GLM. */
export const REFUSAL_TEXT =
  /content management policy|violates (?:our |the )?(?:usage|content|safety)|content exists risk|input was flagged|prompt was blocked|敏感内容/i;

export const RATE_CODES = new Set([
  'rate_limit_exceeded',
  'slow_down',
  'rate_limited',
  'too_many_requests',
  'rate_limit_error',
  'throttlingexception',
  'resource_exhausted',
]);
/** Wording of Bedrock and others, behind proxies that answer with 500. */
export const RATE_TEXT =
  /throttl|too many requests|rate limit(?:ed| reached| exceeded)|please wait before trying/i;

export const CONTEXT_CODES = new Set([
  'context_length_exceeded',
  'exceed_context_size_error',
  'model_context_window_exceeded',
  'context_window_exceeded',
  'string_above_max_length',
  'max_tokens_exceeded',
]);
/** Wordings for a conversation that exceeds the model's context, with the servers that use them. */
const CONTEXT_TEXTS = [
  'context (?:length|window|size|limit)', // OpenAI, Anthropic, vLLM, DeepSeek, OpenRouter, Together, Ollama, llama.cpp, LM Studio
  'max_model_len|maximum model length', // vLLM
  'token count (?:\\(\\d+\\) )?(?:of \\d+ )?exceeds|input token count', // Gemini, Copilot
  'text fields that are too large|payload size exceeds', // Gemini
  'maximum number of (?:input )?tokens', // Gemini, Bedrock
  'maximum prompt length', // xAI
  'maximum input length|input length (?:\\d+ )?(?:exceeds|should be)', // Bedrock, Qwen, NVIDIA
  'expected maxlength: \\d+, actual', // Bedrock
  'supported sequence length', // SambaNova
  'context shift|too large to process', // llama.cpp
  '`?inputs`? (?:tokens|must have less than)', // TGI, Together
  '(?:input|prompt) (?:is )?too long', // Anthropic, Bedrock, Ollama
  '(?:reduce|shorten) (?:the length of|your) (?:the )?(?:messages|prompt|input)', // OpenAI, Groq, Cerebras
  'too large for model with', // Mistral
  'too many (?:input )?tokens|total number of tokens|tokens in request more than', // Cohere
  'exceeded model token limit|model token limit', // Moonshot
  'prompt exceeds max', // GLM
  'input tokens? (?:limit )?exceed',
  'exceed max message tokens', // Volcengine
];
const CONTEXT_TEXT = new RegExp(CONTEXT_TEXTS.join('|'), 'i');
const TOO_LONG =
  /exceed|too l(?:ong|arge)|shift is disabled|maximum|reduce|larger|longer|greater|must (?:be|have)|should be|not enough/i;
/** @param isServers whether the status is a 5xx. Then the text must say itself that something is too long */
export const saysTooLong = (text: string, isServers: boolean) =>
  CONTEXT_TEXT.test(text) && (!isServers || TOO_LONG.test(text));

/** One request larger than an account may send in a minute (OpenAI, Groq) or at once (GitHub Models). */
const TOO_LARGE_TEXT = /request (?:is )?too large|request body too large|tokens_limit_reached/i;
export function saysOverAllowance(text: string): boolean {
  const isOver = isOverLimit(text);
  return isOver ?? (TOO_LARGE_TEXT.test(text) && /\btokens?/i.test(text));
}

export const KEY_CODES = new Set([
  'invalid_api_key',
  'incorrect_api_key',
  'api_key_invalid',
  'authentication_error',
  'invalid_authentication',
  'unauthenticated',
  'unauthorized',
  'missing_api_key',
  'auth_error',
]);
export const NO_MODEL_CODES = new Set(['model_not_found', 'invalid_model', 'model_decommissioned']);
const KEY_NAME = /\bapi[ _-]?key\b/i;
const KEY_TROUBLE =
  /\b(?:not valid|invalid|incorrect|wrong|expired|revoked|disabled|deactivated|suspended|leaked|missing|malformed|unknown|not found|not provided|no api|required)\b/i;
/** The last but one is Gemini's wording for a request without a key, the last is Bedrock's. */
const KEY_TEXT =
  /invalid (?:authentication|authorization|credentials|token)|no auth credentials|authentication (?:fails|failed)|unregistered callers|\btoken\b[^.\n]{0,40} (?:has expired|is expired|is invalid)/i;
/** LiteLLM, and OpenAI for a restricted key, say this with 401 although they know the key. */
export const saysForbidden = (text: string) =>
  /not allowed to access (?:this )?model|insufficient permissions|missing scopes/i.test(text);

/** xAI adds "make sure the API key is correct" to its refusal of an unknown model. */
const MODEL_TROUBLE =
  /\bmodels?\b[^\n]{0,120}\b(?:not found|not exist|not a valid|not available|decommissioned|identifier is invalid)|\b(?:not a valid|invalid|unknown) model\b|\bno models? (?:is |are )?loaded/i;

export const saysWrongKey = (text: string) =>
  !MODEL_TROUBLE.test(text) && (KEY_TEXT.test(text) || (KEY_NAME.test(text) && KEY_TROUBLE.test(text)));
export const saysNoModel = (text: string) => MODEL_TROUBLE.test(text);

/** llama.cpp "Loading model", Hugging Face "is currently loading", LM Studio, Azure, SGLang, llama-swap. */
const LOADING =
  /\b(?:loading|initiali[sz]ing|booting|provisioning|downloading)\b|being (?:loaded|deployed|started)|(?:is|still|currently) starting\b|\b(?:warming|starting|spinning|scaling|waking) up|for (?:the )?model to (?:start|load)|cold start|not (?:yet )?(?:ready|loaded)/i;
const LOADING_FAILED = /\b(?:fail|error|unable|could not|cannot|can't)/i;
export const saysLoading = (text: string) => LOADING.test(text) && !LOADING_FAILED.test(text);

/** LM Studio says this with status 200. */
export const saysNoEndpoint = (text: string) => /unexpected endpoint/i.test(text);

/** The name of the request's part that the server refuses, by its words. The next attempt leaves that part out. */
export function refusedByWords(text: string, param: string, isServers: boolean): string | undefined {
  if (ROLE_PARAM.test(param) || saysNoSystem(text, isServers)) return 'system';
  // Words alone never drop `store`: they may have another cause, and without `store: false` OpenAI keeps the
  // conversation.
  const name = isServers ? undefined : PARAMETER.exec(text)?.[0].toLowerCase();
  // This comes before pictures: a model can be named for them.
  if (name) return name;
  if (IMAGE.test(text) && BAD_IMAGE.test(text)) return 'image';
  if (IMAGE.test(param) || (IMAGE.test(text) && REFUSED.test(text))) return 'images';
  // A 5xx may be about the server's own stream.
  if (isServers) return undefined;
  if (/\b(?:thinking|reasoning)\b/i.test(text) && REFUSED.test(text)) return 'reasoning';
  return /\bstream(?:ing|ed)?\b/i.test(text) && REFUSED.test(text) ? 'stream' : undefined;
}

/** Names of the cap of an answer: OpenAI's, and those of Ollama and TGI behind proxies. */
const CAP = /\bmax_(?:[a-z]+_){0,2}tokens\b|\bnum_predict\b/i;
/** The cap of an answer as the `parameter` of a failure, under whatever name it was sent. */
export const CAP_PARAMETER = 'max_output';
export const isCap = (parameter: string) => CAP.test(parameter);
/** OpenAI speaks of the completion where its cap is added to the conversation. */
export const saysCap = (text: string) => isCap(text) || /\bin the completion\b/i.test(text);

const PARAMETER =
  /stream_options|prompt_cache_key|safety_identifier|temperature|reasoning[._]?effort|max_(?:[a-z]+_){0,2}tokens|num_predict/i;
const REFUSED =
  /not (?:be )?(?:support|allow|enabl|permit|accept|available|implement|a multimodal|a vision)|n't (?:support|allow|accept)|unsupported|unknown|unrecogni[sz]ed|unexpected|invalid|must be|should be|verified to|no endpoints|only|cannot|disabled|expected|at most|not one of|blind/i;
const IMAGE =
  /(?<![a-z])images?(?![a-z])|\bvision\b|multi-?modal|mmproj|content['"`]? must be a string|expected a string|a valid string/i;
/** The picture is at fault and not the model. */
const BAD_IMAGE =
  /(?:could not|cannot|can't|unable to|fail(?:ed)? to) (?:process|decode|read|load|open|parse)|corrupt|invalid (?:image|base64)|too (?:large|big|small|many)|exceeds|unsupported (?:image )?(?:format|media|mime)/i;

const ROLE_PARAM = /\brole\b|^instructions$/i;
const SYSTEM_ROLE = /\b(?:system|developer)['"`]? (?:roles?|messages?|prompts?|instructions?)\b/i;
const SYSTEM = /\b(?:system|developer)\b/i;
const NOT_SUPPORTED = /not (?:be )?(?:support|allow|enabl|permit|accept)|n't (?:support|allow)|unsupported/i;
const ODD_ROLE =
  /(?:unexpected|invalid|unknown|unsupported) (?:message )?(?:role|variant|value)|\brole\b|supported values/i;
/** Gemma's and Mistral's templates raise the second wording for a system message; pydantic the third. */
const ROLE_TEXT =
  /only ['"`]?user['"`]?(?:,| and)[^.]{0,40} (?:roles?|messages|allowed|supported)|roles must alternate|(?:should|must) be [^.]{0,20}\buser\b[^.]{0,30}\bassistant\b/i;

function saysNoSystem(text: string, isServers: boolean): boolean {
  if (ROLE_TEXT.test(text) || (SYSTEM_ROLE.test(text) && NOT_SUPPORTED.test(text))) return true;
  return !isServers && SYSTEM.test(text) && ODD_ROLE.test(text) && REFUSED.test(text);
}

const LIMIT = /\blimit:? (\d[\d,]*)/i;
const REQUESTED = /\brequested:? (\d[\d,]*)/i;

/** Whether this request alone exceeds the limit that the text names. Undefined: it names none. */
function isOverLimit(text: string): boolean | undefined {
  const [limit, requested] = [LIMIT, REQUESTED].map((number) => numberIn(number.exec(text)?.[1]));
  return limit === undefined || requested === undefined ? undefined : requested > limit;
}

function numberIn(digits: string | undefined): number | undefined {
  return digits === undefined ? undefined : Number(digits.replaceAll(',', ''));
}
