/** Pictures and files that the provider's own tools make within its response. */
import { describe, expect } from 'vitest';
import { done, streams, text } from '../../../lab/counterparts/model-server.ts';
import { pngOf } from '../../../lab/counterparts/model-tools/pictures.ts';
import { completes, item } from '../../../lab/counterparts/model-tools/steps.ts';
import { soon } from '../../settled.ts';
import type { Place, PlatformUnderTest } from './platform.ts';
import { createStage, type Stage } from './stage.ts';

const ENV = { OPENAI_API: 'responses', OPERATOR_TOOLS: 'pictures,code' };
const CAT = pngOf(200, 64);
const CHART = pngOf(90, 48);

const drawn = {
  type: 'image_generation_call',
  id: 'ig_1',
  status: 'completed',
  result: CAT.toString('base64'),
  revised_prompt: 'A grey cat on a wall',
  output_format: 'png',
};
const calculated = {
  type: 'code_interpreter_call',
  id: 'ci_1',
  status: 'completed',
  code: 'print(6 * 7)',
  container_id: 'cntr_1',
  outputs: [{ type: 'logs', logs: '42' }],
};
const cites = {
  type: 'message',
  id: 'msg_1',
  role: 'assistant',
  status: 'completed',
  content: [
    {
      type: 'output_text',
      text: 'It is 42.',
      annotations: [
        {
          type: 'container_file_citation',
          container_id: 'cntr_1',
          file_id: 'cfile_1',
          filename: 'chart.png',
          start_index: 0,
          end_index: 5,
        },
      ],
    },
  ],
};

/** The answer alone has words. On Slack, a file has a message of its own. */
const says = ({ platform }: Stage, place: Place, words: string) =>
  soon(async () => {
    const texts = (await platform.shown(place)).map(({ text }) => text);
    expect(texts.filter((text) => text !== '')).toEqual([words]);
  });

export function testHostedFiles(platformUnderTest: PlatformUnderTest): void {
  describe(`files of hosted tools: ${platformUnderTest.name}`, () => {
    const stage = createStage(platformUnderTest, { isConcurrent: false, env: ENV });
    const { it, question, newcomer } = stage;

    it('a picture is shown once, with its words', [], async () => {
      const lane = stage.platform.lane();
      const asked = question(
        streams(item(0, drawn, { result: null }), text('Here it is.'), completes([drawn]), done),
      );
      newcomer().asks(lane, asked);
      await says(stage, lane, 'Here it is.');
      await soon(async () =>
        expect(await stage.platform.files(lane)).toEqual([
          expect.objectContaining({ alt: 'A grey cat on a wall', size: CAT.length }),
        ]),
      );
    });

    it('a file that code made is shown', [], async () => {
      stage.platform.model.keepFile('cntr_1', 'cfile_1', CHART);
      const lane = stage.platform.lane();
      const asked = question(
        streams(item(0, calculated), text('It is 42.'), item(1, cites), completes([calculated, cites]), done),
      );
      newcomer().asks(lane, asked);
      await says(stage, lane, 'It is 42.');
      await soon(async () =>
        expect(await stage.platform.files(lane)).toEqual([
          expect.objectContaining({ name: 'chart.png', size: CHART.length }),
        ]),
      );
    });
  });
}
