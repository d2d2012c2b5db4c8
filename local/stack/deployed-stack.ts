/** A function of the template, with everything needed to run its bundle. */
export interface DeployedFunction {
  /** Logical id in the template, which the whole local stack uses. */
  readonly id: string;
  /** Absolute path of the synthesized asset's directory. */
  readonly codeDir: string;
  /** `<file>.<export>`, as in Lambda. */
  readonly handler: string;
  readonly runtime: string;
  readonly timeoutS: number;
  readonly memoryMb: number;
  /** The template's variables, with resolved values. */
  readonly environment: Readonly<Record<string, string>>;
  /** Reserved concurrency in the template, if set. */
  readonly reservedConcurrency?: number;
}

/** A method of the REST API that invokes a function by proxy integration. */
export interface DeployedRoute {
  /** `ANY` stands for every method without its own route on the path. */
  readonly method: string;
  /** The path, such as `/webhook/precall`, with path parameters as `{id}` and greedy ones as `{id+}`. */
  readonly path: string;
  readonly functionId: string;
}

/** A gateway response of the template, which replaces AWS's own. */
export interface GatewayResponse {
  /** AWS's response type, such as `INTEGRATION_TIMEOUT`. */
  readonly type: string;
  /** The status; AWS's own if absent. */
  readonly statusCode?: number;
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** The body, with `$context` variables; AWS's own if absent. */
  readonly template?: string;
}

/** The REST API of the template. */
export interface DeployedApi {
  /** Empty if the template has no REST API. */
  readonly stage: string;
  readonly binaryMediaTypes: readonly string[];
  readonly routes: readonly DeployedRoute[];
  readonly responses: readonly GatewayResponse[];
}

/** An event source mapping from a queue. */
export interface QueueSource {
  readonly functionId: string;
  readonly queueUrl: string;
  readonly queueArn: string;
  readonly batchSize: number;
  readonly batchingWindowS: number;
  readonly reportsItemFailures: boolean;
  /** Maximum number of parallel invocations, if the template sets one. */
  readonly maxConcurrency?: number;
}

/** An event source mapping from a table's stream. */
export interface StreamSource {
  readonly functionId: string;
  readonly tableName: string;
  readonly streamArn: string;
  readonly batchSize: number;
  readonly reportsItemFailures: boolean;
  /** Parsed Lambda event filter patterns. A record passes if any pattern matches it, or if there are none. */
  readonly filters: readonly unknown[];
  /** Attempts after the first; -1 means until the record expires. */
  readonly retryAttempts: number;
  readonly bisectsOnError: boolean;
  /** Queue for notices about records given up, if the template names one. */
  readonly failureQueueUrl?: string;
}

/** A scheduled rule of EventBridge that invokes a function. */
export interface DeployedSchedule {
  readonly functionId: string;
  readonly name: string;
  /** The expression in the template, such as `rate(5 minutes)`. */
  readonly expression: string;
  /** The template's constant input; if absent, EventBridge's own scheduled event. */
  readonly input?: unknown;
}

/** A table that was created or found, with the behaviour that the local stack simulates for DynamoDB. */
export interface DeployedTable {
  readonly name: string;
  readonly keyNames: readonly string[];
  /** Attribute with the expiry in unix seconds; absent if the table has no TTL. */
  readonly ttlAttribute?: string;
  readonly streamView?: string;
}

/** The template's resources, created on the emulators and ready to run. */
export interface DeployedStack {
  readonly name: string;
  readonly functions: readonly DeployedFunction[];
  readonly api: DeployedApi;
  readonly queueSources: readonly QueueSource[];
  readonly streamSources: readonly StreamSource[];
  readonly schedules: readonly DeployedSchedule[];
  /** Physical names by logical id. */
  readonly buckets: Readonly<Record<string, string>>;
  readonly tables: Readonly<Record<string, DeployedTable>>;
  /** Queue URLs by logical id. */
  readonly queues: Readonly<Record<string, string>>;
  /** Secret ARNs by logical id. */
  readonly secrets: Readonly<Record<string, string>>;
  /** Logical ids of resources that the local stack does not run (roles, alarms, …), by type. */
  readonly skipped: Readonly<Record<string, readonly string[]>>;
}
