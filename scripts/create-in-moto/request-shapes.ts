import * as z from 'zod';

type Properties = Readonly<Record<string, unknown>>;

const lifecycleRules = z.object({
  LifecycleConfiguration: z.object({
    Rules: z.array(
      z.strictObject({
        Id: z.string(),
        Status: z.string(),
        Prefix: z.string().default(''),
        ExpirationInDays: z.number().optional(),
        AbortIncompleteMultipartUpload: z.object({ DaysAfterInitiation: z.number() }).optional(),
      }),
    ),
  }),
});

/** A bucket's lifecycle as S3's API has it. */
export const lifecycleOf = (properties: Properties): object => ({
  Rules: lifecycleRules
    .parse(properties)
    .LifecycleConfiguration.Rules.map(({ Id, Status, Prefix, ExpirationInDays, AbortIncompleteMultipartUpload }) => ({
      ID: Id,
      Status,
      Filter: { Prefix },
      ...(ExpirationInDays !== undefined && { Expiration: { Days: ExpirationInDays } }),
      ...(AbortIncompleteMultipartUpload !== undefined && { AbortIncompleteMultipartUpload }),
    })),
});

/** An object with its keys begun in lower case, as API Gateway and CloudWatch Logs spell what CloudFormation begins with a capital. */
export const lowerCamel = (properties: Properties): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(properties).map(([name, value]) => [name.charAt(0).toLowerCase() + name.slice(1), value]),
  );

const metricFilter = z.object({
  LogGroupName: z.string(),
  FilterPattern: z.string(),
  MetricTransformations: z.array(z.record(z.string(), z.unknown()).transform(lowerCamel)),
});

/** A metric filter as CloudWatch Logs' API has it. */
export const metricFilterInput = (filterName: string, properties: Properties): Record<string, unknown> => ({
  filterName,
  ...lowerCamel(metricFilter.parse(properties)),
});

const gatewayResponse = z.object({
  RestApiId: z.string(),
  ResponseType: z.string(),
  StatusCode: z.string().optional(),
  ResponseTemplates: z.record(z.string(), z.string()).default({}),
  ResponseParameters: z.record(z.string(), z.string()).default({}),
});

/** An answer of API Gateway's own as its API has it. */
export const gatewayResponseInput = (properties: Properties): Record<string, unknown> =>
  lowerCamel(gatewayResponse.parse(properties));

const methodLimit = z.object({
  HttpMethod: z.string(),
  /** `/~1webhook~1precall`, or a star for all. */
  ResourcePath: z.string(),
  ThrottlingBurstLimit: z.number(),
  ThrottlingRateLimit: z.number(),
});

const stage = z.object({
  RestApiId: z.string(),
  DeploymentId: z.string(),
  StageName: z.string(),
  TracingEnabled: z.boolean(),
  AccessLogSetting: z.object({ DestinationArn: z.string(), Format: z.string() }),
  MethodSettings: z.array(methodLimit),
});

/** A stage as API Gateway's API makes it: what making it does not take is changed afterwards. */
export const stageInput = (properties: Properties): { readonly made: object; readonly changed: object } => {
  const {
    RestApiId: restApiId,
    StageName: stageName,
    AccessLogSetting,
    MethodSettings,
    ...rest
  } = stage.parse(properties);
  const limits = MethodSettings.flatMap(({ HttpMethod, ResourcePath, ThrottlingBurstLimit, ThrottlingRateLimit }) => {
    const path = `${ResourcePath}/${HttpMethod}/throttling`;
    return [
      [`${path}/burstLimit`, ThrottlingBurstLimit],
      [`${path}/rateLimit`, ThrottlingRateLimit],
    ];
  });
  const replaced = [
    ...limits,
    ['/accessLogSettings/destinationArn', AccessLogSetting.DestinationArn],
    ['/accessLogSettings/format', AccessLogSetting.Format],
  ];
  const patchOperations = replaced.map(([path, value]) => ({ op: 'replace', path, value: String(value) }));
  return { made: { restApiId, stageName, ...lowerCamel(rest) }, changed: { restApiId, stageName, patchOperations } };
};

/** A stage as moto describes it: it names a route's limits by the path that they were changed under. */
export const describedStage = (properties: Properties): object => {
  const { StageName, DeploymentId, TracingEnabled, AccessLogSetting, MethodSettings } = stage.parse(properties);
  const limits = MethodSettings.map(({ HttpMethod, ResourcePath, ThrottlingBurstLimit, ThrottlingRateLimit }) => [
    `${ResourcePath.slice(1)}/${HttpMethod}`,
    lowerCamel({ ThrottlingBurstLimit, ThrottlingRateLimit }),
  ]);
  return {
    ...lowerCamel({ StageName, DeploymentId, TracingEnabled }),
    accessLogSettings: lowerCamel(AccessLogSetting),
    methodSettings: Object.fromEntries(limits),
  };
};
