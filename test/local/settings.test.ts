import { readLocalSettings } from '../../local/settings';

describe('readLocalSettings', () => {
  const before = { ...process.env };

  afterEach(() => {
    process.env = { ...before };
  });

  it('given nothing, when read, then schedules keep their own times and callers have a fixed key', () => {
    const settings = readLocalSettings();

    expect(settings).toMatchObject({ CALLER_HASH_KEY: 'local_caller_hash_key', TTL_SWEEP_SECONDS: 30 });
    expect(settings.RECONCILE_SECONDS).toBeUndefined();
  });

  it('given both, when read, then they are as given', () => {
    Object.assign(process.env, { RECONCILE_SECONDS: '0.5', CALLER_HASH_KEY: 'of my own' });

    expect(readLocalSettings()).toMatchObject({ RECONCILE_SECONDS: 0.5, CALLER_HASH_KEY: 'of my own' });
  });

  it.each([
    ['RECONCILE_SECONDS', '0'],
    ['RECONCILE_SECONDS', 'often'],
    ['CALLER_HASH_KEY', ''],
  ])('given %s=%j, when read, then the refusal names it', (name, value) => {
    process.env[name] = value;

    expect(() => readLocalSettings()).toThrow(name);
  });
});
