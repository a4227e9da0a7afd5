/** Limits of views on Slack (docs.slack.dev/reference/views). */
import { type Args, json, object } from '../api/args.ts';
import { explained, SlackError } from '../api/errors.ts';
import type { ViewBody } from '../world/world.ts';
import { checkBlocks, checkText } from './block-limits.ts';

export function viewOf(args: Args, type: 'modal' | 'home'): ViewBody {
  const given = object(json(args, 'view'));
  if (!given) throw explained('invalid_arguments', 'missing required field: view');
  return checkView(given, type);
}

export function checkView(given: Record<string, unknown>, type: 'modal' | 'home'): ViewBody {
  const wrong: string[] = [];
  if (given.type !== type) wrong.push(`must be ${type} [json-pointer:/view/type]`);
  if (type === 'modal') {
    checkText(given.title, 24, '/view/title', wrong, 'plain_text');
    for (const button of ['submit', 'close']) {
      if (given[button]) checkText(given[button], 24, `/view/${button}`, wrong, 'plain_text');
    }
  }
  for (const [name, most] of Object.entries({ callback_id: 255, external_id: 255, private_metadata: 3000 })) {
    if (String(given[name] ?? '').length > most) {
      wrong.push(`must be less than ${most + 1} characters [json-pointer:/view/${name}]`);
    }
  }
  if (!Array.isArray(given.blocks)) wrong.push('missing required field: blocks [json-pointer:/view]');
  if (wrong.length > 0) throw explained('invalid_arguments', ...wrong);
  const blocks = checkBlocks(given.blocks as unknown[], 'view');
  const asks = blocks.some((block) => block.type === 'input');
  if (type === 'modal' && asks && !given.submit) {
    throw explained(
      'invalid_arguments',
      '`submit` is required when an `input` block is within the `blocks` [json-pointer:/view]',
    );
  }
  if (JSON.stringify(given).length > 250_000) throw new SlackError('view_too_large');
  return { ...given, type, blocks };
}
