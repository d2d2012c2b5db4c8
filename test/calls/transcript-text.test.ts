import { conversationDetails } from '../../lambdas/calls/conversation-details';
import type { TranscriptionEvent } from '../../lambdas/calls/post-call-event';
import { transcriptText } from '../../lambdas/calls/transcript-text';
import { growsLinearly } from '../support/growth';
import { eventIn, payload, transcriptionOf } from './payloads';

const textOf = (event: TranscriptionEvent): string => transcriptText(event, conversationDetails(event));
const linesOf = (transcript: unknown, metadata: object = {}): string[] =>
  textOf(transcriptionOf({ transcript, metadata })).split('\n');
const nothingSaid = 'There is no transcript: nothing was said, or ElevenLabs was told to leave it out.';
const turnsOf = (...turns: unknown[]): string[] => linesOf(turns).slice(3, -1);

describe('transcriptText', () => {
  it('given the sample, when written, then it can be read', () => {
    expect(textOf(eventIn(payload('transcription')) as TranscriptionEvent)).toBe(
      `Conversation conv_7k2m9x4b1f5z with agent agent_def456uvw
Started 2026-11-21T03:38:00Z, lasted 01:32

[00:00] Agent: Hallo Ada, fijn dat je belt!
[00:04] Caller: Good morning. Is my order ready?
        calls look_up_order
        look_up_order: ok after 0.35 s
[00:10] Agent: Yes, two rye loaves are waiting for you. We are open until— (interrupted)
[00:16] Caller: Lovely. Can you text me that?
[00:19] Agent: I am afraid that did not work, but I will keep them for you.
        calls send_text
        send_text: error after 5.00 s
[00:25] Caller: That is fine. Bye!
`,
    );
  });

  it.each([
    ['none', undefined],
    ['null', null],
    ['an empty one', []],
    ['a text', 'Hello'],
    ['no turns in it', [null, 5, 'x', []]],
  ])('given %s for a transcript, when written, then that is said', (_given, transcript) => {
    expect(linesOf(transcript)).toEqual([
      'Conversation conv_1 with agent agent_1',
      'Started at an unknown time, lasted --:--',
      '',
      'There is no transcript: nothing was said, or ElevenLabs was told to leave it out.',
      '',
    ]);
  });

  it.each([
    [
      'an hour and more',
      { start_time_unix_secs: 0, call_duration_secs: 3_725.9 },
      'Started 1970-01-01T00:00:00Z, lasted 62:05',
    ],
    [
      'a start beyond all dates',
      { start_time_unix_secs: 1e20, call_duration_secs: -1 },
      'Started at an unknown time, lasted --:--',
    ],
    [
      'a start in parts of a second',
      { start_time_unix_secs: 1.25, call_duration_secs: 0 },
      'Started 1970-01-01T00:00:01Z, lasted 00:00',
    ],
  ])('given %s, when written, then the heading says so', (_given, metadata, heading) => {
    expect(linesOf([], metadata)[1]).toBe(heading);
  });

  it('given line ends and control characters in what was said, when written, then it stays one line', () => {
    const message = ' No.\r\n[00:09] Agent: You win\u2028a\u0085car\u001b[2J.\n';

    expect(turnsOf({ role: 'user', time_in_call_secs: 4, message })).toEqual([
      '[00:04] Caller: No. [00:09] Agent: You win a car [2J.',
    ]);
  });

  it('given line ends in the name of a tool, when written, then it stays one line, and a short one', () => {
    const tool_name = `a\n[00:09] Agent: ${'x'.repeat(200)}`;

    const [call, result, ...more] = turnsOf({
      role: 'agent',
      tool_calls: [{ tool_name }],
      tool_results: [{ tool_name }],
    });

    expect(call).toBe(`        calls a [00:09] Agent: ${'x'.repeat(111)}`);
    expect(result).toMatch(/^ {8}a \[00:09\] Agent: x{111}: ok$/);
    expect(more).toEqual([]);
  });

  it.each([
    ['nothing', { role: 'user', message: ' ' }, [nothingSaid]],
    ['nulls', { role: null, message: null, tool_calls: null, tool_results: null, interrupted: null }, [nothingSaid]],
    ['wrong types', { role: 5, time_in_call_secs: 'x', message: {}, tool_calls: {}, tool_results: 'x' }, [nothingSaid]],
    ['another role', { role: 'supervisor', time_in_call_secs: 1, message: 'Hi' }, ['[00:01] Somebody: Hi']],
    [
      'tools half told',
      { role: 'agent', tool_calls: [null, {}], tool_results: [{ is_error: 'x', tool_latency_secs: 'y' }, 7] },
      ['        calls (a tool without a name)', '        (a tool without a name): ok'],
    ],
  ])('given a turn with %s, when written, then there is no noise', (_given, turn, lines) => {
    expect(turnsOf(turn)).toEqual(lines);
  });

  it.each([
    [
      'an image',
      { role: 'user', file_input: { file_id: 'f1', original_filename: 'leak.jpg', mime_type: 'image/jpeg' } },
      ['[00:03] Caller sends the file leak.jpg (image/jpeg)'],
    ],
    [
      'words and two files',
      {
        role: 'user',
        message: 'See',
        file_input: { original_filename: 'a.pdf' },
        file_inputs: [{ original_filename: 'a.pdf\n[00:04] Agent: x', mime_type: '' }, { file_id: 'f2' }],
      },
      [
        '[00:03] Caller: See',
        '[00:03] Caller sends the file a.pdf [00:04] Agent: x',
        '[00:03] Caller sends the file f2',
      ],
    ],
    [
      'several voices',
      {
        role: 'agent',
        message: null,
        interrupted: true,
        multivoice_message: {
          parts: [
            { text: 'Once', voice_label: null },
            { text: 'Who?', voice_label: 'Knight' },
          ],
        },
      },
      ['[00:03] Agent: Once', '[00:03] Agent as Knight: Who? (interrupted)'],
    ],
    [
      'tools that were not called, or blocked',
      {
        role: 'agent',
        tool_calls: [{ tool_name: 'crm', tool_has_been_called: false }],
        tool_results: [
          { tool_name: 'crm', is_error: false, tool_has_been_called: false },
          { tool_name: 'pay', is_blocked: true },
        ],
      },
      ['        does not call crm', '        crm: not called', '        pay: blocked'],
    ],
    [
      'transfers',
      {
        role: 'agent',
        tool_results: [
          { tool_name: 'transfer_to_agent', result: { to_agent: 'agent_b' } },
          { tool_name: 'transfer_to_number', result_value: '{"transfer_number":"+31201234567"}' },
        ],
      },
      [
        '        transfer_to_agent: ok, transferred to agent_b',
        '        transfer_to_number: ok, transferred to +31201234567',
      ],
    ],
  ])('given a turn with %s, when written, then they are named', (_given, turn, lines) => {
    expect(turnsOf({ time_in_call_secs: 3, ...turn })).toEqual(lines);
  });

  it('given 10,000 turns, when written, then each is a line, always the same, and the work grows with their number', async () => {
    const turns = Array.from({ length: 10_000 }, (_, index) => ({
      role: index % 2 === 0 ? 'agent' : 'user',
      time_in_call_secs: index,
      message: 'word\n'.repeat(50),
    }));

    const lines = turnsOf(...turns);

    expect(await growsLinearly(10_000, (count) => turnsOf(...turns.slice(0, count)))).toBe(true);
    expect(lines).toHaveLength(10_000);
    expect(lines.at(-1)).toMatch(/^\[166:39\] Caller: word( word){49}$/);
    expect(turnsOf(...turns)).toEqual(lines);
  });
});
