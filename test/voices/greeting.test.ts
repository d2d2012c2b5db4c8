import { callerName } from '../../lambdas/callers/caller-name';
import { greeting, greetingTemplate } from '../../lambdas/voices/greeting';

describe('greeting', () => {
  it.each([
    ['the default template', 'Hallo {name}, fijn dat je belt!', 'Ivan', 'Hallo Ivan, fijn dat je belt!'],
    ['no name', 'Hallo {name}, fijn dat je belt!', undefined, 'Hallo, fijn dat je belt!'],
    ['no name at the start', '{name}, welkom!', undefined, 'Welkom!'],
    ['a template without a placeholder', 'Hi there', undefined, 'Hi there'],
    ['a lower-case template without a placeholder', 'hi there', undefined, 'hi there'],
    ['other braces', 'Hi {name}, {ticket} and {} stay', 'Ada', 'Hi Ada, {ticket} and {} stay'],
    ["ElevenLabs' own dynamic variables", 'Hi {name} of {{name}}', 'Ada', 'Hi Ada of {{name}}'],
    ["ElevenLabs' own dynamic variables, nameless", 'Hi {name} of {{name}}', undefined, 'Hi of {{name}}'],
    ['the placeholder twice', '{name}? {name}!', 'Bo', 'Bo? Bo!'],
    ['replacement patterns in the name', 'Hi {name}', "$& $1 $'", "Hi $& $1 $'"],
  ])('given %s, when greeted, then the text is right', (_given, template, name, text) => {
    expect(greeting(template, name)).toBe(text);
  });
});

describe('a greeting with the agent’s own message', () => {
  const own = 'Hello, I am an AI assistant. This call is recorded.';

  it.each([
    ['alone', '{own}', 'Ivan', own, own],
    ['before the name', '{own} Hallo {name}!', 'Ivan', own, `${own} Hallo Ivan!`],
    ['before no name', '{own} Hallo {name}!', undefined, own, `${own} Hallo!`],
    ['after the name', 'Hallo {name}! {own}', 'Ivan', own, `Hallo Ivan! ${own}`],
    ['that waits for the caller', '{own} Hallo {name}!', 'Ivan', '', 'Hallo Ivan!'],
    [
      'with placeholders of its own',
      '{own} {name}',
      'Ivan',
      'Hi {name} of {{company}}, {own}',
      'Hi {name} of {{company}}, {own} Ivan',
    ],
    ['with replacement patterns', '{own}', undefined, "$& $1 $'", "$& $1 $'"],
    ['that nobody knows', 'Hallo {name}! {own}', 'Ivan', undefined, undefined],
    ['that is a variable of ElevenLabs', 'Hallo {{own}}', 'Ivan', undefined, 'Hallo {{own}}'],
  ])('given one %s, then it is said to the letter', (_given, template, name, ofAgent, text) => {
    expect(greeting(template, name, ofAgent)).toBe(text);
  });

  const greetings = { agent_1: { nl: '1nl', '*': '1' }, '*': { nl: 'nl' } };
  const terms = { firstMessage: 'default', greetings };

  it.each([
    ['its language', terms, 'agent_1', 'nl', undefined, '1nl', 'greetings'],
    ['another language', terms, 'agent_1', 'de', undefined, '1', 'greetings'],
    ['an unknown language', terms, 'agent_1', undefined, undefined, '1', 'greetings'],
    ['another agent', terms, 'agent_2', 'nl', undefined, 'nl', 'greetings'],
    ['another agent and language', terms, 'agent_2', 'de', undefined, 'default', 'default'],
    ['a greeting in the event', terms, 'agent_1', 'nl', 'event', 'event', 'event'],
    ['no greeting but its own', { firstMessage: '{own}' }, 'agent_1', 'nl', null, '{own}', 'own'],
    ['KEEP_FIRST_MESSAGE', { ...terms, keepsFirstMessage: true }, 'agent_1', 'nl', 'event', '{own}', 'own'],
  ] as const)('given %s, then that decides', (_given, settings, agentId, language, ofEvent, template, source) => {
    expect(greetingTemplate(settings, { agentId, language }, ofEvent)).toEqual({ template, source });
  });
});

describe('callerName', () => {
  it.each([
    ['a plain name', 'Ivan', 'Ivan'],
    ['white space', '  Anna \n\t Maria ', 'Anna Maria'],
    ['braces', '{{system__caller_id}} Bo', 'system__caller_id Bo'],
    ['control and invisible characters', 'Bo\u0000\u200b\u202eb', 'Bob'],
    ['accents and other scripts', 'Zoë 李', 'Zoë 李'],
    ['only braces', '{}', undefined],
    ['an empty name', '', undefined],
    ['null', null, undefined],
    ['no name', undefined, undefined],
    ['64 characters', 'x'.repeat(64), 'x'.repeat(64)],
    ['more than 64 characters', 'x'.repeat(65), 'x'.repeat(64)],
    ['characters of two code units', '😀'.repeat(70), '😀'.repeat(64)],
  ])('given %s, when cleaned, then it is fit to use', (_given, claimed, name) => {
    expect(callerName(claimed)).toBe(name);
  });

  it.each([
    'Unknown',
    'UNKNOWN CALLER',
    'anonymous',
    'Restricted',
    'Private Number',
    'Unavailable',
    'withheld',
    'No Caller ID',
    'Wireless Caller',
    'N/A',
    'null',
    'undefined',
    '[object Object]',
    'Anoniem',
    'Unbekannt',
    '{{caller_name}}',
    '{name}',
    '${firstName}',
    '%CALLER_NAME%',
    '[name]',
    '<name>',
    '<sip:1999@pbx>',
    '+31612345678',
    '31612345678',
    '06 - 1234 5678',
    '(020) 555-0199',
    '1999',
    '-',
    '?',
    '...',
    '""',
    ' , ',
  ])('given %j in place of a name, when cleaned, then there is none', (claimed) => {
    expect(callerName(claimed)).toBeUndefined();
  });

  it.each([
    ['a SIP display name', '"Ada Byron" <sip:+31612345678@pbx.example.com>', 'Ada Byron'],
    ['HTML', '<b>Ada</b> Byron<br/>', 'Ada Byron'],
    ['entities', 'Ada O&#39;Brien &amp; Bo&nbsp;&quot;B&quot;', 'Ada O\'Brien & Bo "B"'],
    ['an accent in two characters', 'Jose\u0301', 'Jos\u00e9'],
    ['an apostrophe at the start', "'t Hooft", "'t Hooft"],
    ['a title', 'Dr. Ada Byron, MD', 'Dr. Ada Byron, MD'],
    ['a name with a placeholder in it', 'Ada Unknown', 'Ada Unknown'],
    ['a word in brackets', 'Ada [sales]', 'Ada [sales]'],
    ['a less-than sign', 'Ada <3', 'Ada <3'],
    ['a right-to-left name', 'علی‌رضا', 'علیرضا'],
    ['one letter', 'J', 'J'],
  ])('given %s, when cleaned, then it is the name', (_given, claimed, name) => {
    expect(callerName(claimed)).toBe(name);
  });
});
