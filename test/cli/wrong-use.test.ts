import { readFileSync } from 'node:fs';
import { commandHelp } from '../../cli/command-help';
import { commands } from '../../cli/commands';
import { generalHelp, help } from '../../cli/help';
import { callPrecall, repositoryFile } from './call-precall';

const wav = repositoryFile('events', 'samples', 'caller.wav');
const payload = repositoryFile('events', 'payloads', 'precall.json');

describe('precall, used wrongly', () => {
  it.each<[string[], RegExp, string]>([
    [[], /^No command given/, 'npx precall --help'],
    [['frobnicate'], /Unknown command frobnicate/, 'npx precall --help'],
    [['--frobnicate'], /'--frobnicate'/, 'npx precall --help'],
    [['send'], /Nothing to send/, 'npx precall send --help'],
    [['send', payload, '--multipart'], /no voice_sample. Pass a recording with --sample/, 'npx precall send --help'],
    [['send', payload, 'two.json'], /one (payload|event) at a time. Remove two\.json/, 'npx precall send --help'],
    [['send', wav], /caller\.wav is not JSON/, 'npx precall send --help'],
    [['send', repositoryFile('events')], /is a folder/, 'npx precall send --help'],
    [['send', '--sample', 'none.wav'], /none\.wav cannot be read: there is no such file/, 'npx precall send --help'],
    [['send', '--sample'], /'--sample <value>' argument missing/, 'npx precall send --help'],
    [['send', '--frobnicate.x'], /'--frobnicate\.x'/, 'npx precall send --help'],
    [['send', '--sample', wav, '--secret', '-x'], /'--secret' .*begins with a dash/, 'npx precall send --help'],
    [['send', '--sample', wav, '--secret', ''], /--secret is empty/, 'npx precall send --help'],
    [['send', '--sample', wav, '--json=1'], /'--json' does not take/, 'npx precall send --help'],
    [['send', '--sample', wav, '--url', 'localhost:3005'], /--url localhost:3005 is not/, 'npx precall send --help'],
    [['send', '--sample', wav, '--timeout', 'soon'], /--timeout soon is not/, 'npx precall send --help'],
    [['send', '--sample', wav, '--timeout', '0'], /--timeout 0 is not/, 'npx precall send --help'],
    [['send', '--sample', wav, '--timeout', '3601'], /up to 3600/, 'npx precall send --help'],
    [
      ['send', '--sample', wav, '--via-upload', '--multipart'],
      /cannot be combined with --multipart/,
      'npx precall send --help',
    ],
    [['send', '--health', payload], /cannot be combined with .*precall\.json/, 'npx precall send --help'],
    [['send', '--health', '--invalid'], /cannot be combined with --invalid/, 'npx precall send --help'],
    [['send', '--sample', wav, '--port', 'abc'], /The port abc is not a number/, 'npx precall send --help'],
    [
      ['send', '--sample', wav, '--profile', 'prod'],
      /--profile can be used only with --stage/,
      'npx precall send --help',
    ],
    [['send', '--sample', wav, '--stage', 'Prod'], /--stage Prod is not valid/, 'npx precall send --help'],
    [['trigger', 'precall', '--region', 'eu-west-1'], /--region can be used only/, 'npx precall trigger --help'],
    [['caller'], /The action is missing. Use one of: show, enrol/, 'npx precall caller --help'],
    [['caller', 'shwo', '+31612345678'], /Unknown action shwo/, 'npx precall caller --help'],
    [['rights', 'repat'], /Unknown action repat. Use one of: list, repeat/, 'npx precall rights --help'],
    [['restore', 'prepair'], /Unknown action prepair. Use one of: prepare, repair/, 'npx precall restore --help'],
    [['secret', 'sett', 'X'], /Unknown action sett. Use one of: set, rotate/, 'npx precall secret --help'],
    [
      ['secret', 'set', 'X', '--generate', '--value', 'y'],
      /Use either --value or --generate/,
      'npx precall secret --help',
    ],
    [['sign'], /Nothing to sign/, 'npx precall sign --help'],
    [['sign', wav], /caller\.wav is not JSON/, 'npx precall sign --help'],
    [['sign', payload, 'two.json'], /one (payload|event) at a time. Remove two\.json/, 'npx precall sign --help'],
    [['sign', payload, '--write'], /--write needs an API Gateway event/, 'npx precall sign --help'],
  ])('given %j, when called, then one sentence names what is wrong', async (args, sentence, helpCall) => {
    const { exitCode, out, notes } = await callPrecall(args);

    expect({ exitCode, out }).toEqual({ exitCode: 2, out: [] });
    expect(notes).toEqual([expect.stringMatching(sentence), `Help: ${helpCall}`]);
  });
});

describe('the help of precall', () => {
  it.each([
    [['--help'], generalHelp(commands)],
    [['send', '--sample', 'x', '--help'], help.send],
    [['check', '--url', 'x', '--help'], help.check],
    [['sign', '--help'], help.sign],
  ])('given %j, when called, then it is printed', async (args, text) => {
    expect(await callPrecall(args)).toEqual({ exitCode: 0, out: [text], notes: [] });
  });

  it('given --version, when called, then it is that of the package', async () => {
    const { version } = JSON.parse(readFileSync(repositoryFile('package.json'), 'utf8')) as { version: string };

    expect(await callPrecall(['--version'])).toEqual({ exitCode: 0, out: [version], notes: [] });
  });

  it('given docs/SENDER.md, when compared, then it names the same flags', () => {
    const flagsIn = (text: string): string[] => [...new Set(text.match(/(?<![\w-])--[a-z]+(-[a-z]+)*/g))].sort();
    const sections = readFileSync(repositoryFile('docs', 'SENDER.md'), 'utf8').split(/^## /m);
    const tables = sections.flatMap((section) => section.split('\n')).filter((line) => line.startsWith('| `--'));

    const documented = flagsIn(tables.map((line) => line.split('|')[1]).join('\n'));

    const ofOthers = ['--data-binary'];
    const offered = flagsIn(
      [
        ...Object.values(help),
        generalHelp(commands),
        ...Object.entries(commands).map(([name, command]) => commandHelp(name, command)),
      ].join('\n'),
    ).filter((flag) => !ofOthers.includes(flag));
    expect(documented).toEqual(offered);
  });
});
