import { failedItems } from '../../../local/event-sources/batch-item-failures';

describe('failedItems', () => {
  it.each([
    ['null', null, []],
    ['an empty object', {}, []],
    ['a null list', { batchItemFailures: null }, []],
    ['an empty list', { batchItemFailures: [] }, []],
    ['one item', { batchItemFailures: [{ itemIdentifier: 'b' }] }, ['b']],
    ['an unknown item', { batchItemFailures: [{ itemIdentifier: 'b' }, { itemIdentifier: 'x' }] }, ['a', 'b']],
    ['an empty identifier', { batchItemFailures: [{ itemIdentifier: '' }] }, ['a', 'b']],
    ['a null identifier', { batchItemFailures: [{ itemIdentifier: null }] }, ['a', 'b']],
    ['a wrong key', { batchItemFailures: [{ messageId: 'b' }] }, ['a', 'b']],
    ['a bare string', 'done', ['a', 'b']],
  ])('given %s as reply, when read, then the right items failed', (_given, reply, failed) => {
    const items = failedItems(Buffer.from(JSON.stringify(reply)), ['a', 'b']);

    expect([...items]).toEqual(failed);
  });
});
