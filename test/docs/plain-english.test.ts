import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { longLines, sentencesOf } from '../support/prose';

const root = join(__dirname, '..', '..');
const filesOf = (patterns: string[]): string[] =>
  globSync(patterns, { cwd: root, exclude: (name) => name.includes('node_modules') })
    .filter((name) => !name.startsWith('docs/site/'))
    .sort();
const read = (file: string): string => readFileSync(join(root, file), 'utf8');

const documents = filesOf(['*.md', '.github/**/*.md', 'docs/**/*.md', 'events/**/*.md', 'bench/**/*.md']);
const sources = filesOf(['{lambdas,lib,ops,local,cli,console,bin,scripts,bench}/**/*.{ts,tsx,cjs,mjs}']);

const maxAverage = 25;
const maxCharacters = 120;

/** Names and phrases that a native reader would have to translate, and what to write. */
const forbidden: readonly (readonly [RegExp, string])[] = [
  [/\blets? nobody in\b|\bnobody gets in\b/i, 'rejects every request'],
  [/\bletIn\b|\blet in\b|\bgets? in\b(?! (?:a|an|the|its|return)\b)|\bGate\b/, 'verifySender, SenderPolicy, accepted'],
  [/\bComeBackLater\b/, 'RetryLater'],
  [/\bwaitsFor\b/, 'blockedBy'],
  [/\bleft-agents\b/, 'agents-to-restore'],
  [/\bagent_left\b|\bagent-left\b/, 'agent_not_restored'],
  [/\bcondemn\w*/i, 'markDeleting'],
  [/\bbur(?:y|ied)\b/i, 'markDeleted'],
  [/\bforget\(/, 'purge'],
  [/\bputBack\b/, 'restoreExpired'],
  [/\bdoomed\b/i, 'voice'],
  [/\bworkOff\b|\bwork(?:s|ed|ing)? off\b/, 'processJob, process'],
  [/\btakeIn\b|\bTakenIn\b|\bmissed_call_taken_in\b|\btake[sn]? in\b/, 'ingest, IngestedEvent, missed_call_ingested'],
  [/\blookAtAgent\b|\bAgentLook\b|\blooks\.ts\b|\bLOOK\b/, 'readAgent, AgentSnapshot, ReconcileCursor'],
  [/\bcloneTraces?\b|\bcallTraces?\b|\bfindTraces\b/i, 'CloneProgress, CallRef, CallerReferences'],
  [/\brecordCall\b/, 'logApiCall, rememberConversation'],
  [/\bmayHaveHappened\b|\bmayExist\b/, 'outcomeUnknown'],
  [/\bwasTaken\b|\bstillSeen\b/, 'ownWriteSucceeded, unchangedSince'],
  [/\blanding\b|\blastLandingMs\b/, 'inFlightPatches, lastPossiblePatchMs'],
  [/\brefer\(|\bcallOf\b|\byieldAgentCall\b/, 'linkConversation, findByConversation, releaseAgentCallClaim'],
  [/\bcalls? of 3CX\b/i, '3CX call'],
  [/\bpatience\b|\blastWordsMs\b/, 'timeouts, abortGraceMs'],
  [/\bquick\b|\bbulky\b/, 'lowLatency, largeObject'],
  [/\boffice\b/, 'admin'],
  [/\bhurts?\b/, 'impact'],
  [/\bnoData\b|'fine'/, 'missingData, ok'],
  [
    /\b(?:const|let) told\b|\btold\.[a-z]|\.{3}told\b|\bpresumed\b|\bTelling\b/,
    'fields, fallbackFields, PostCallUpdate',
  ],
  [/\bnobody tells\b/, 'a call without a known start'],
  [/\bfits? the body\b/, 'match the body'],
  [/\bno WAV\b/, 'not a WAV, MP3 or OGG file'],
  [/\bof ours\b/, 'internal error; name the owner'],
];

const found = (file: string): string[] =>
  forbidden.flatMap(([pattern, instead]) =>
    [...read(file).matchAll(new RegExp(pattern, `${pattern.flags}g`))].map(
      ([text]) => `${file}: "${text}" (write: ${instead})`,
    ),
  );

describe('the documents', () => {
  it('given the repository, then there are documents and sources to read', () => {
    expect(documents).toEqual(expect.arrayContaining(['README.md', 'CHANGELOG.md', 'docs/API.md']));
    expect(sources.length).toBeGreaterThan(200);
  });

  it.each(documents)('given %s, then its sentences have at most 25 words on average', (file) => {
    const sentences = sentencesOf(read(file));
    const words = sentences.reduce((sum, sentence) => sum + sentence.length, 0);

    expect(sentences.length).toBeGreaterThan(2);
    expect(words / sentences.length).toBeLessThanOrEqual(maxAverage);
  });

  it.each(documents)('given %s, then no line of its prose is longer than 120 characters', (file) => {
    expect(longLines(read(file), maxCharacters)).toEqual([]);
  });

  it('given their words, then none is forbidden', () => {
    expect(documents.flatMap(found)).toEqual([]);
  });
});

describe('the sources', () => {
  it('given their names and sentences, then none is forbidden', () => {
    expect(sources.flatMap(found)).toEqual([]);
  });

  it('given their lines, then none is longer than 120 characters, in strings and comments either', () => {
    const tooLong = sources.flatMap((file) =>
      read(file)
        .split('\n')
        .filter(({ length }) => length > maxCharacters)
        .map((line) => `${file}: ${line.trim()}`),
    );

    expect(tooLong).toEqual([]);
  });
});

describe('the measure', () => {
  it('given a text, then code blocks, headings and tables are no sentences, and code in a line is one word', () => {
    const text = [
      '# A heading of some words',
      'One two. Three `four five` six',
      'seven? Eight.',
      '```sh',
      'no words here',
      '```',
      '| a | table |',
      '1. Nine [ten](eleven.md).',
    ].join('\n');

    expect(sentencesOf(text).map(({ length }) => length)).toEqual([2, 4, 1, 2]);
    expect(longLines(`${'x'.repeat(9)}\n\`\`\`\n${'y'.repeat(9)}\n\`\`\`\n|${'z'.repeat(9)}`, 8)).toEqual([
      'x'.repeat(9),
    ]);
  });
});
