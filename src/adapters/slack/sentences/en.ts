/** The catalogue of Slack: core's sentences, and those that only Slack needs. */
import { en as core } from '../../../core/sentences/en.ts';
import * as telling from './en/telling.ts';

export const en = { ...core, telling };
