/**
 * Labels of links whose address stands elsewhere: `[label][name]` and `[name]: https://…` (CommonMark 4.7, 6.3). Slack
 * makes a link of the two, beside which Parley can show no host. So a label that looks like another address becomes text.
 */

import { realHost } from '../../../chat/markdown/inline/real-host.ts';
import { keyOf } from '../../../chat/markdown/inline/references.ts';
import { readDefinition } from '../../../chat/markdown/lines.ts';

export interface Labels {
  /** Whether a label that looks like an address is the address of its definition, which came before. */
  isHonest(label: string, name: string): boolean;
  /** A definition. It becomes text if a label of its name became text before, or looks like another address. */
  define(line: string): string;
}

/** Labels of one message. Shown text never changes, so that a stream can grow by appends. */
export function createLabels(): Labels {
  const addresses = new Map<string, string>();
  /** Names of labels that became text. */
  const escaped = new Set<string>();

  return {
    isHonest(label, name) {
      const url = addresses.get(keyOf(name));
      if (url !== undefined && realHost(label, url) === '') return true;
      escaped.add(keyOf(name));
      return false;
    },
    define(line) {
      const { label, url } = readDefinition(line);
      const key = keyOf(label);
      const isText = escaped.has(key) || realHost(label, url) !== '';
      // The first definition of a name counts (CommonMark 4.7).
      if (!isText && !addresses.has(key)) addresses.set(key, url);
      return isText ? line.replace('[', '\\[') : line;
    },
  };
}
