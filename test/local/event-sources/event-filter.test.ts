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
    ['prefix', { dynamodb: { OldImage: { kind: { S: [{ prefix: 'VO' }] } } } }, true],
    [
      'prefix in another case',
      { dynamodb: { OldImage: { kind: { S: [{ prefix: { 'equals-ignore-case': 'vo' } }] } } } },
      true,
    ],
    ['another prefix', { dynamodb: { OldImage: { kind: { S: [{ prefix: 'CA' }] } } } }, false],
    ['suffix', { userIdentity: { principalId: [{ suffix: '.amazonaws.com' }] } }, true],
    ['another suffix', { userIdentity: { principalId: [{ suffix: '.example' }] } }, false],
    ['equality in another case', { eventName: [{ 'equals-ignore-case': 'remove' }] }, true],
    ['exists', { dynamodb: { OldImage: { kind: { S: [{ exists: true }] } } } }, true],
    ['exists on what is absent', { dynamodb: { OldImage: { owner: { S: [{ exists: true }] } } } }, false],
    ['exists on an object', { dynamodb: { OldImage: [{ exists: true }] } }, false],
    ['absence', { dynamodb: { NewImage: { kind: { S: [{ exists: false }] } } } }, true],
    ['absence of what is there', { dynamodb: { OldImage: { kind: { S: [{ exists: false }] } } } }, false],
    ['anything-but', { eventName: [{ 'anything-but': ['INSERT', 'MODIFY'] }] }, true],
    ['anything-but itself', { eventName: [{ 'anything-but': 'REMOVE' }] }, false],
    ['anything-but a prefix', { eventName: [{ 'anything-but': { prefix: 'RE' } }] }, false],
    ['anything-but on what is absent', { owner: [{ 'anything-but': 'x' }] }, false],
    ['numeric', { dynamodb: { SizeBytes: [{ numeric: ['>', 100, '<=', 120] }] } }, true],
    ['numeric out of range', { dynamodb: { SizeBytes: [{ numeric: ['>', 120] }] } }, false],
    ["numeric on DynamoDB's text", { dynamodb: { OldImage: { uses: { N: [{ numeric: ['=', 5] }] } } } }, false],
    ['$or with one true part', { $or: [{ eventName: ['INSERT'] }, { userIdentity: { type: ['Service'] } }] }, true],
    ['$or and another key', { $or: [{ eventName: ['REMOVE'] }], userIdentity: { type: ['User'] } }, false],
    ['nested $or', { dynamodb: { $or: [{ SizeBytes: [1] }, { OldImage: { kind: { S: ['VOICE'] } } }] } }, true],
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
    ['an unknown operator', { eventName: [{ wildcard: 'RE*' }] }, 'no condition known here'],
    ['a value without a list', { eventName: 'REMOVE' }, 'where an object or a list must be'],
    ['a numeric without a bound', { dynamodb: { SizeBytes: [{ numeric: ['>', '<'] }] } }, ''],
  ])('given %s, when compiled, then it throws', (_given, pattern, message) => {
    expect(() => compileFilters([pattern])).toThrow(message);
  });
});
