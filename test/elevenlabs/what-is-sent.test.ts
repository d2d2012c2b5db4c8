import { requestFaults, type SentRequest } from '../support/elevenlabs-requests';

const patch = (json: object, query = ''): SentRequest => ({
  operation: 'patchAgent',
  method: 'PATCH',
  path: '/v1/convai/agents/agent_1',
  query: new URLSearchParams(query),
  json,
  form: [],
});
const field = (name: string, value: string) => ({ name, fileName: null, mimeType: '', bytes: Buffer.from(value) });
const file = (mimeType: string) => ({ name: 'files', fileName: 'sample-1.wav', mimeType, bytes: Buffer.alloc(4) });
const clone = (form: SentRequest['form']): SentRequest => ({
  operation: 'createVoice',
  method: 'POST',
  path: '/v1/voices/add',
  query: new URLSearchParams(),
  json: undefined,
  form,
});
const named = [field('name', 'Ada'), field('description', 'Instant clone')];
const description = { version_description: '[precall/0]' };
const voice = { conversation_config: { tts: { voice_id: 'voice1' } }, ...description };

describe('the schema of what Precall sends', () => {
  it.each([
    ['a PATCH of voice and branch', patch(voice, 'branch_id=agtbranch_1')],
    ['a PATCH that names procedures', patch({ ...voice, procedures: { p: { procedure_id: 'p', version_id: 'v' } } })],
    ['a form with two samples', clone([...named, file('audio/wav'), file('audio/mpeg')])],
  ])('given %s, then nothing is wrong', (_given, request) => expect(requestFaults(request)).toEqual([]));

  it.each([
    [
      'a field of an older name',
      patch({ conversation_config: { agent: { voice: { voice_id: 'v' } } }, ...description }),
      'voice',
    ],
    ['a misspelt field', patch({ conversation_config: { tts: { voiceid: 'v' } }, ...description }), 'voiceid'],
    ['a wrong type', patch({ conversation_config: { tts: { voice_id: 7 } }, ...description }), 'must be string'],
    ['an unknown parameter', patch(voice, 'branch=main'), 'branch'],
    ['procedures that are null', patch({ ...voice, procedures: null }), 'procedures must be object'],
    ['labels', clone([...named, field('labels', '{}'), file('audio/wav')]), 'labels'],
    ['no sample', clone(named), 'files'],
    ['a sample of an unknown type', clone([...named, file('application/octet-stream')]), 'must match pattern'],
    ['an operation that is never used', { ...patch({}), operation: 'registerCall' as const }, 'no such request'],
    ['a body where there is none', { ...patch({}), operation: 'getVoice' as const }, 'it has a body'],
  ])('given %s, then it is found', (_given, request, said) =>
    expect(requestFaults(request).join('\n')).toContain(said),
  );
});
