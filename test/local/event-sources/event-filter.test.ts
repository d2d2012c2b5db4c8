import { compileFilters } from '../../../local/event-sources/event-filter';

const record = {
  eventName: 'REMOVE',
  userIdentity: { type: 'Service', principalId: 'dynamodb.amazonaws.com' },
  dynamodb: {
    OldImage: { kind: { S: 'VOICE' }, uses: { N: '5' }, tags: { SS: ['a', 'b'] }, gone: { NULL: true } },
    SizeBytes: 120,
  },
};

describe('compileFilters', () => {
  it.each([
    ['equality', { eventName: ['REMOVE'] }, true],
    ['one of a list', { eventName: ['INSERT', 'REMOVE'] }, true],
    ['no element of a list', { eventName: ['INSERT', 'MODIFY'] }, false],
    ['the case of a value', { eventName: ['remove'] }, false],
    ['a boolean', { dynamodb: { OldImage: { gone: { NULL: [true] } } } }, true],
    [
      'all keys',
      { eventName: ['REMOVE'], userIdentity: { type: ['Service'], principalId: ['dynamodb.amazonaws.com'] } },
      true,
    ],
    ['all keys but one', { eventName: ['REMOVE'], userIdentity: { type: ['User'] } }, false],
    ['a missing branch', { dynamodb: { NewImage: { kind: { S: ['VOICE'] } } } }, false],
    ['an element of a set', { dynamodb: { OldImage: { tags: { SS: ['b'] } } } }, true],
    ['a value where there is an object', { dynamodb: { OldImage: ['VOICE'] } }, false],
    ['text for a number', { dynamodb: { SizeBytes: ['120'] } }, false],
  ])('given a pattern with %s, when a record is judged, then it is as on AWS', (_given, pattern, passes) => {
    const judged = compileFilters([pattern])(record);

    expect(judged).toBe(passes);
  });

  it.each([
    ['no patterns', [], true],
    ['one of two that matches', [{ eventName: ['INSERT'] }, { eventName: ['REMOVE'] }], true],
    ['none that matches', [{ eventName: ['INSERT'] }, { eventName: ['MODIFY'] }], false],
  ])('given %s, when a record is judged, then any one suffices', (_given, patterns, passes) => {
    const judged = compileFilters(patterns)(record);

    expect(judged).toBe(passes);
  });

  it.each([
    ['a prefix', { eventName: [{ prefix: 'RE' }] }, 'only exact values in event filters, not {"prefix":"RE"}'],
    ['what must be absent', { NewImage: [{ exists: false }] }, 'only exact values'],
    ['alternatives', { $or: [{ eventName: ['REMOVE'] }] }, 'does not support $or'],
    ['a value without a list', { eventName: 'REMOVE' }, 'where an object or a list is required'],
  ])('given %s, when compiled, then it throws', (_given, pattern, message) => {
    expect(() => compileFilters([pattern])).toThrow(message);
  });
});
