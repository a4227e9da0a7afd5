/** Relations between the parts of an Office package (ECMA-376, Open Packaging Conventions). */
import { posix } from 'node:path';
import type { PackageFiles } from '../package-files.ts';
import { readXml } from '../xml.ts';

export interface Relation {
  /** The last part of the relation's type, such as `notesSlide`. */
  kind: string;
  /** A part's name in the package; an address where the relation leads outside. It is never opened. */
  target: string;
}

/** The relations of a part, by id. */
export function relationsOf(files: PackageFiles, part: string): Map<string, Relation> {
  const relations = new Map<string, Relation>();
  const folder = posix.dirname(part);
  const bytes = files.read(`${folder}/_rels/${posix.basename(part)}.rels`);
  if (!bytes) return relations;
  readXml(bytes, {
    open({ name, attribute }) {
      if (name !== 'Relationship') return;
      const target = attribute('Target');
      const isOutside = attribute('TargetMode') === 'External';
      const path = target.startsWith('/') ? target.slice(1) : posix.join(folder, target);
      relations.set(attribute('Id'), {
        kind: attribute('Type').split('/').at(-1) ?? '',
        target: isOutside ? target : path,
      });
    },
  });
  return relations;
}
