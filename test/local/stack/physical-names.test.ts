import { bucketName, queueName, secretName, tableName } from '../../../local/stack/physical-names';

const longId = 'Resource'.repeat(80);

describe('physical names', () => {
  it.each([
    ['bucket', bucketName, /^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/],
    ['table', tableName, /^[\w.-]{3,255}$/],
    ['queue', queueName, /^[\w-]{1,80}$/],
    ['secret', secretName, /^[\w/+=.@-]{1,512}$/],
  ])('given a long logical id, when a %s is named, then the name is legal, stable and its own', (_, name, legal) => {
    const names = [name('Demo-Stack', longId), name('Demo-Stack', `${longId}2`), name('Demo-Stack', 'Short')];

    expect(names).toEqual(names.map((): unknown => expect.stringMatching(legal)));
    expect(new Set(names).size).toBe(3);
    expect(name('Demo-Stack', longId)).toBe(names[0]);
  });

  it('given a stack name with hyphens, when a secret is named, then the name has two parts', () => {
    expect(secretName('Demo-Stack', 'Secret1A')).toBe('Secret1A-DemoStack');
  });
});
