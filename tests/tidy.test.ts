/** Holds the house tidy: short functions and files, plain comments, one name for one thing, no import circles. */
import { describe, expect, it } from 'vitest';
import { CROWDED_FOLDERS, LONG_FILES, LONG_FUNCTIONS } from './tidy/exceptions.ts';
import {
  circles,
  crowdedFolders,
  imports,
  LONGEST_FILE,
  LONGEST_FUNCTION,
  lateComments,
  longFiles,
  longFunctions,
  MOST_FILES_IN_FOLDER,
  sharedTypeNames,
} from './tidy/house.ts';
import { wordsInMarkup } from './tidy/markup.ts';
import { sentencesElsewhere } from './tidy/sentences.ts';

/** Holds that nothing new is found, that nothing listed grew, and that what is mended is off the list. */
function expectToShrink(found: Record<string, number>, listed: Readonly<Record<string, number>>): void {
  expect(Object.keys(found).sort()).toEqual(Object.keys(listed).sort());
  const grown = Object.entries(found).filter(([name, count]) => count > (listed[name] ?? 0));
  expect(grown).toEqual([]);
}

describe('the house is tidy', () => {
  it(`no function is longer than ${LONGEST_FUNCTION} lines, but for a list that shrinks`, () => {
    expectToShrink(longFunctions(), LONG_FUNCTIONS);
  });

  it(`no file is longer than ${LONGEST_FILE} lines, but for a list that shrinks`, () => {
    expectToShrink(longFiles(), LONG_FILES);
  });

  it('comments begin with their subject', () => {
    expect(lateComments()).toEqual([]);
  });

  it('sentences and labels stand in the catalogues', () => {
    expect(sentencesElsewhere()).toEqual([]);
  });

  it('no word stands in the markup of the page', () => {
    expect(wordsInMarkup()).toEqual([]);
  });

  it('a name of an exported type stands for one thing', () => {
    expect(sharedTypeNames()).toEqual([]);
  });

  it(`no folder holds more than ${MOST_FILES_IN_FOLDER} files without a reason`, () => {
    expect(crowdedFolders().sort()).toEqual(Object.keys(CROWDED_FOLDERS).sort());
  });

  it('no imports go in a circle', () => {
    expect(circles(imports())).toEqual([]);
  });
});
