import * as z from 'zod';
import { type Api, type ApiRequest, ElevenLabsRefusal } from './api';
import type { Work } from './work';

/** A permission that a key lacks, and what Precall uses it for. */
export interface MissingPermission {
  /** ElevenLabs' name for the permission. */
  readonly name: string;
  readonly use: string;
}

interface Probe extends MissingPermission {
  readonly request: Pick<ApiRequest<unknown>, 'method' | 'path' | 'json'>;
}

/** An id that no webhook, secret or voice has, so a request that is permitted changes nothing. */
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
 * Lists the permissions that the key lacks: those of the setup and, for the installation's own key, those of its
 * functions. Changes nothing. Throws ElevenLabsRefusal if the key is invalid, and OperationError if there is no
 * response.
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
    // Any other rejection means that the id is unknown, so the permission is granted.
    if (error.status === 401) throw error;
    return undefined;
  }
};
