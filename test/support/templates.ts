import { Template } from 'aws-cdk-lib/assertions';
import type { SynthInput, Synthesized } from '../runner/synthesize';
import { inPlainNode } from './in-plain-node';

/** An installation as the CDK makes it, without bundling; it is synthesized once for each settings in a run. */
export const synthesized = (input: Partial<SynthInput> = {}): Synthesized =>
  inPlainNode('synthesize', { stackName: 'Precall-test', settings: {}, isChecked: false, ...input }) as Synthesized;

/** The template of an installation with these settings. Throws for settings that are not valid. */
export const templateOf = (settings: Readonly<Record<string, unknown>> = {}, stackName = 'Precall-test'): Template =>
  Template.fromJSON(synthesized({ settings, stackName }).template);
