import { disclosesAi, disclosureFinding } from '../../lambdas/setup/disclosure-finding';

const silent = { firstMessage: 'Hello, how can I help?', language: 'en' };
const disclosing = { firstMessage: 'Hello, I am an AI assistant. This call is recorded.', language: 'en' };

describe('the finding about disclosure', () => {
  it.each([
    ['the own message that is kept', disclosing, { firstMessage: '{own} Hi {name}' }, 'ok', null],
    ['the own message of KEEP_FIRST_MESSAGE', disclosing, { firstMessage: 'Hi', keepsFirstMessage: true }, 'ok', null],
    ['the greeting', silent, { firstMessage: 'Met de AI-assistent' }, 'ok', null],
    [
      'the greeting of its language',
      silent,
      { firstMessage: 'Hi', greetings: { '*': { en: 'This is a voice bot' } } },
      'ok',
      null,
    ],
    ['the own message that is replaced', disclosing, { firstMessage: 'Hi {name}' }, 'attention', /\{own\}/],
    ['neither', silent, { firstMessage: 'Hi {name}' }, 'attention', /laws/i],
    ['neither, own kept', silent, { firstMessage: '{own}' }, 'attention', /laws/i],
  ] as const)('given disclosure in %s, then it says so', (_given, details, terms, level, said) => {
    const found = disclosureFinding('agent_1', details, terms);

    expect(found).toMatchObject({ level, about: 'disclosure' });
    if (said !== null) expect(`${found.what} ${found.do}`).toMatch(said);
  });

  it.each([
    'Ich bin ein KI-Assistent',
    'Je suis un assistant virtuel, une IA',
    'Ik ben de digitale assistent',
    'Soy una inteligencia artificial',
  ])('knows the words of %s', (text) => expect(disclosesAi(text)).toBe(true));

  it.each(['Hallo Mia, Kia dealer', 'Fijn dat je belt', 'Aida speaking'])('does not find any in %s', (text) =>
    expect(disclosesAi(text)).toBe(false),
  );
});
