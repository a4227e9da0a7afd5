/** The turn that a tool runs in, for tests of one tool. */

import { UNMETERED } from '../../src/core/models/model.ts';
import type { FoundPage } from '../../src/core/models/tool.ts';
import { knownAddresses, pageAddress } from '../../src/core/turn/tools/known-addresses.ts';
import type { ToolContext } from '../../src/core/turn/tools/tool.ts';
import { messageOf } from '../fixtures.ts';

export interface ContextUnderTest extends ToolContext {
  cited: FoundPage[];
}

/** @param words of the person, whose addresses are known */
export function toolContext(words = ''): ContextUnderTest {
  const cited: FoundPage[] = [];
  return {
    cited,
    message: messageOf(words),
    files: [],
    choice: { source: 'operator', model: 'test-model', provider: null },
    cite(page) {
      const known = cited.findIndex(({ url }) => pageAddress(url) === pageAddress(page.url));
      return known >= 0 ? known + 1 : cited.push(page);
    },
    isKnown: (url) => knownAddresses([words], []).has(url),
    step: 'step_1',
    spend: async (_kind, _choice, task) => task(UNMETERED),
  };
}
