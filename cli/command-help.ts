import type { Command, Flag } from './command';

/** Flags of every command for an installation. */
export const commonFlags: Readonly<Record<string, Flag>> = {
  stage: { type: 'string', value: '<stage>', about: 'a deployed stage (prod), by your AWS credentials' },
  profile: { type: 'string', value: '<name>', about: "the profile of AWS' configuration to use with --stage" },
  region: { type: 'string', value: '<region>', about: 'the region of the stage' },
  port: { type: 'string', value: '<port>', about: 'a local stack; default: PORT, else 3005' },
  json: { type: 'boolean', about: 'prints one JSON document, and nothing else, on stdout' },
  help: { type: 'boolean', about: 'this text' },
};

const exitCodes = `Exit codes
  0 done   1 refused, unknown id, or a problem was found   2 wrong use   3 no answer   4 not allowed`;

/** Returns the help text of a command. */
export const commandHelp = (name: string, { summary, forms, about, flags = {}, examples }: Command): string =>
  [
    `${summary}.${about === undefined ? '' : `\n${about}`}`,
    `Usage\n${forms.map((form) => `  precall ${`${name} ${form}`.trim()} [flags]`).join('\n')}`,
    `Flags\n${flagLines({ ...flags, ...commonFlags })}`,
    `Examples\n${examples.map((example) => `  ${example}`).join('\n')}`,
    exitCodes,
  ].join('\n\n');

const flagLines = (flags: Readonly<Record<string, Flag>>): string =>
  Object.entries(flags)
    .map(([name, { value, about }]) => `  ${`--${name}${value === undefined ? '' : ` ${value}`}`.padEnd(26)}${about}`)
    .join('\n');
