import { randomBytes, randomUUID } from 'node:crypto';
import { localAccountId } from './account-id';

/** The value of a secret: text, or bytes in base64 as in JSON. */
export interface SecretValue {
  readonly SecretString?: string | undefined;
  readonly SecretBinary?: string | undefined;
}

interface SecretVersion extends SecretValue {
  readonly id: string;
  readonly createdAtS: number;
}

/** A secret, with its current value if it has one. */
export interface StoredSecret {
  readonly arn: string;
  readonly name: string;
  readonly createdAtS: number;
  readonly description: string | undefined;
  readonly current?: SecretVersion;
}

/** An error of Secrets Manager with the code that its API returns. */
export class SecretsManagerError extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

/** An in-memory store of secrets, by name or ARN. */
export class SecretStore {
  private readonly secrets: Map<string, StoredSecret>;
  private readonly onChange: (secrets: readonly StoredSecret[]) => void;

  /** Starts with these secrets. `onChange` receives all secrets after each change. */
  constructor(
    secrets: readonly StoredSecret[] = [],
    onChange: (secrets: readonly StoredSecret[]) => void = () => undefined,
  ) {
    this.secrets = new Map(secrets.map((secret) => [secret.name, secret]));
    this.onChange = onChange;
  }

  /** Creates a secret without a value. Throws ResourceExistsException if the name is taken. */
  create(name: string, region: string, description: string | undefined): StoredSecret {
    if (this.secrets.has(name)) {
      throw new SecretsManagerError(
        'ResourceExistsException',
        `The operation failed because the secret ${name} already exists.`,
      );
    }
    const suffix = randomBytes(3).toString('hex');
    const arn = `arn:aws:secretsmanager:${region}:${localAccountId}:secret:${name}-${suffix}`;
    return this.save({ arn, name, description, createdAtS: Date.now() / 1000 });
  }

  /** Finds a secret. Throws ResourceNotFoundException if it does not exist. */
  find(nameOrArn: string): StoredSecret {
    const secret =
      this.secrets.get(nameOrArn) ?? [...this.secrets.values()].find((candidate) => candidate.arn === nameOrArn);
    if (secret !== undefined) return secret;
    throw new SecretsManagerError('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
  }

  /** Sets the current value of a secret. */
  put(secret: StoredSecret, value: SecretValue, versionId: string = randomUUID()): StoredSecret {
    return this.save({ ...secret, current: { ...value, id: versionId, createdAtS: Date.now() / 1000 } });
  }

  /** Replaces the description of a secret. */
  describe(secret: StoredSecret, description: string): StoredSecret {
    return this.save({ ...secret, description });
  }

  private save(secret: StoredSecret): StoredSecret {
    this.secrets.set(secret.name, secret);
    this.onChange([...this.secrets.values()]);
    return secret;
  }
}
