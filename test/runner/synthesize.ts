import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { BundledFunction } from '../../lib/constructs/building-blocks/bundled-function';
import { checkWithNag } from '../../lib/nag';
import { PrecallStack } from '../../lib/precall-stack';
import { placeOf, readSettings, settingsSchema } from '../../lib/settings';

/** What to synthesize. */
export interface SynthInput {
  readonly stackName: string;
  readonly settings: Readonly<Record<string, unknown>>;
  /** A stage of cdk.json, to have its settings and cdk.json's context. */
  readonly stage?: string;
  /** Whether cdk-nag looks at it, too. */
  readonly isChecked: boolean;
}

/** The stack, as the CDK makes it. */
export interface Synthesized {
  readonly template: Readonly<Record<string, unknown>>;
  /** The folder in lambdas/functions/ of each function, by its logical id. */
  readonly folders: Readonly<Record<string, string>>;
  /** What each of cdk-nag's packs found, where it looked. */
  readonly findings: Readonly<Record<string, readonly string[]>>;
}

interface Report {
  readonly pluginReports: readonly {
    readonly pluginName: string;
    readonly violations: readonly { readonly ruleName: string }[];
  }[];
}

/**
 * Without bundling, as the template is what is asserted. CDK's own rules check it at every real synth (`npm run
 * synth`); here they would take most of the time.
 */
const forTemplates = { 'aws:cdk:bundling-stacks': [], '@aws-cdk/core:validateAgainstDefaultRules': false };

/** Synthesizes an installation. Throws for settings that are not valid. */
export const synthesize = ({ stackName, settings, stage, isChecked }: SynthInput): Synthesized => {
  const outdir = mkdtempSync(join(tmpdir(), 'precall-template-'));
  const context = stage === undefined ? {} : cdkJson().context;
  try {
    const app = new App({ outdir, context: { ...context, ...forTemplates } });
    const chosen = stage === undefined ? settingsSchema.parse(settings) : readSettings(app.node, { STAGE: stage });
    const stack = new PrecallStack(app, stackName, { settings: chosen, env: placeOf(chosen) });
    if (isChecked) checkWithNag(app, stack, chosen.BUCKET_NAME);
    const assembly = app.synth();
    const bundled = stack.node.findAll().filter((each) => each instanceof BundledFunction);
    return {
      template: assembly.getStackArtifact(stack.artifactId).template as Synthesized['template'],
      folders: Object.fromEntries(bundled.map(({ name, folder }) => [`${name}Function`, folder])),
      findings: isChecked ? findingsIn(join(outdir, 'validation-report.json')) : {},
    };
  } finally {
    // A synth with findings sets it.
    process.exitCode = 0;
    rmSync(outdir, { recursive: true, force: true });
  }
};

const cdkJson = () =>
  JSON.parse(readFileSync(join(__dirname, '..', '..', 'cdk.json'), 'utf8')) as { context: Record<string, unknown> };

const findingsIn = (file: string): Synthesized['findings'] => {
  const { pluginReports } = JSON.parse(readFileSync(file, 'utf8')) as Report;
  return Object.fromEntries(
    pluginReports.map(({ pluginName, violations }) => [pluginName, violations.map(({ ruleName }) => ruleName)]),
  );
};
