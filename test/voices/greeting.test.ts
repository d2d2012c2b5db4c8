import { callerName } from '../../lambdas/callers/caller-name';
import { greeting } from '../../lambdas/voices/greeting';

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
});
