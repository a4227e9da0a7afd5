/**
 * In CI, property tests try the same cases at each run, so that a commit that passed does not fail later. On a
 * developer's machine each run tries others.
 */
import fc from 'fast-check';

if (process.env.CI) fc.configureGlobal({ seed: 20_261_130 });
