import * as z from 'zod';
import { type Api, type ApiRequest, ElevenLabsRefusal } from './api';
import type { Work } from './work';

/** A permission of a key, and what Precall does with it. */
export interface MissingPermission {
  /** ElevenLabs' name of it. */
  readonly name: string;
  readonly use: string;
}

interface Probe extends MissingPermission {
  readonly request: Pick<ApiRequest<unknown>, 'method' | 'path' | 'json'>;
}

/** No webhook, secret or voice has this id, so that nothing happens where the permission is there. */
const nobody = 'precall_probe_of_permissions';

const setupProbes: readonly Probe[] = [
  {
    name: 'workspace_read',
    use: 'list the webhooks of the workspace',
    request: { method: 'GET', path: '/v1/workspace/webhooks' },
  },
  {
    name: 'webhooks_write',
    use: 'create, switch on and delete webhooks',
    request: {
      method: 'PATCH',
      path: `/v1/workspace/webhooks/${nobody}`,
      json: { is_disabled: true, name: nobody },
    },
  },
  {
    name: 'convai_read',
    use: 'read agents and their settings',
    request: { method: 'GET', path: '/v1/convai/settings' },
  },
  {
    name: 'convai_write',
    use: 'change agents, settings and secrets',
    request: { method: 'DELETE', path: `/v1/convai/secrets/${nobody}` },
  },
];

const functionProbes: readonly Probe[] = [
  { name: 'voices_read', use: 'find voices', request: { method: 'GET', path: '/v2/voices?page_size=1' } },
  {
    name: 'voices_write',
    use: 'create and delete voices',
    request: { method: 'DELETE', path: `/v1/voices/${nobody}` },
  },
  { name: 'user_read', use: 'read the limits of the plan', request: { method: 'GET', path: '/v1/user/subscription' } },
];

/**
 * The permissions that the key lacks: those of the set-up, and for the key of the installation also those of its
 * functions. Changes nothing. Throws ElevenLabsRefusal for an invalid key, and OperationError without an answer.
 */
export const missingPermissions = async ({ api, isOwnKey }: Pick<Work, 'api' | 'isOwnKey'>) => {
  const probes = isOwnKey ? [...setupProbes, ...functionProbes] : setupProbes;
  const missing = await Promise.all(probes.map((probe) => missingOf(api, probe)));
  return missing.filter((each) => each !== undefined);
};

const missingOf = async (api: Api, { name, use, request }: Probe): Promise<MissingPermission | undefined> => {
  try {
    await api.ask({ ...request, answer: z.unknown() });
    return undefined;
  } catch (error) {
    if (!(error instanceof ElevenLabsRefusal)) throw error;
    if (error.missingPermission !== undefined)
      return { name: error.missingPermission === '' ? name : error.missingPermission, use };
    // What has this id is not there: the permission is.
    if (error.status === 401) throw error;
    return undefined;
  }
};
