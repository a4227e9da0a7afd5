/** Pictures that Slack does not take: the answer stands with a sentence about them. */
import { describe, expect, it } from 'vitest';
import { answers } from '../../../lab/counterparts/model-server.ts';
import { makes, pngOf } from '../../../lab/counterparts/model-tools/pictures.ts';
import { callsTools } from '../../../lab/counterparts/model-tools/steps.ts';
import { startSlackBot } from '../../harness/slack.ts';
import { asks, isEnded, labels, notices } from './said.ts';

const env = { OPENAI_IMAGE_MODEL: 'gpt-image-1', OPERATOR_TOOLS: 'pictures' };

describe.concurrent('a picture that is refused', () => {
  it.each([
    { method: 'files.getUploadURLExternal', fault: 'missing_scope' },
    { method: 'files.getUploadURLExternal', fault: 'file_uploads_disabled' },
    { method: 'files.completeUploadExternal', fault: 'posting_to_channel_denied' },
    { method: 'files.completeUploadExternal', fault: 'status500' },
  ])('because $method says $fault leaves the text, its buttons and a sentence', async ({ method, fault }) => {
    await using bot = await startSlackBot({ env });
    const { slack, model } = bot;
    slack.faults.rate(method, fault, 1, () => 0);
    model.respondToPictures(makes(pngOf(9)));
    const call = { name: 'make_picture', input: { prompt: 'A cat' } };
    model.respond(callsTools(call), answers('Here it is.'));
    const thread = asks(bot, 'ada', 'draw a cat');
    const own = () => slack.botMessages('general', thread);
    await slack.waitFor(() => own().some((one) => isEnded(one) && notices(one).length > 0));
    expect(own()).toHaveLength(1);
    const [message] = own();
    expect(message && labels(message)).toEqual(['Regenerate', 'Delete']);
    expect(message && notices(message).join()).toContain('A file that belongs here couldn’t be attached');
    expect(message?.files).toEqual([]);
  });
});
