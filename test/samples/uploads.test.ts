import { createHash } from 'node:crypto';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { uploadsIn } from '../../lambdas/aws/uploads';
import { uploadKey } from '../../lambdas/samples/upload';
import { type AwsEmulators, startAwsEmulators } from '../../local/aws/emulators';
import { spokenSample } from '../support/samples';

const wav = spokenSample('caller.wav');
const upload = { conversationId: 'conv_1', sha256: createHash('sha256').update(wav).digest('hex') };
let aws: AwsEmulators;
let s3: S3Client;

beforeAll(async () => {
  aws = await startAwsEmulators();
  s3 = new S3Client({
    endpoint: aws.url,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'x', secretAccessKey: 'x' },
    forcePathStyle: true,
    maxAttempts: 1,
  });
  await s3.send(new CreateBucketCommand({ Bucket: 'bucket' }));
  await s3.send(
    new PutObjectCommand({ Bucket: 'bucket', Key: uploadKey(upload), Body: wav, ContentType: 'Audio/X-WAV' }),
  );
});

afterAll(async () => {
  s3.destroy();
  await aws.close();
});

const uploads = (aheadS = 0) => uploadsIn(s3, 'bucket', () => Date.now() + aheadS * 1000);

describe('uploads', () => {
  it('given an upload as announced, when read, then it is its bytes', async () => {
    expect((await uploads().read(upload, 10_485_760)).equals(wav)).toBe(true);
  });

  it('given an upload of almost a day ago, when read, then it is still good', async () => {
    expect(await uploads(86_390).read(upload, 10_485_760)).toHaveLength(wav.length);
  });

  it('given an upload of more than a day ago, when read, then it is expired, although S3 still has it', async () => {
    await expect(uploads(86_410).read(upload, 10_485_760)).rejects.toMatchObject({
      status: 400,
      code: 'UPLOAD_EXPIRED',
      message: expect.stringMatching(/^The upload is 864\d\d s old; it can be used for 86400 s/),
    });
  });

  it('given an upload over the limit, when read, then it is refused before its bytes are', async () => {
    await expect(uploads().read(upload, 1000)).rejects.toMatchObject({ status: 413, code: 'VOICE_SAMPLE_TOO_LARGE' });
  });

  it('given a storage that does not answer, when read, then it is a 503', async () => {
    const nowhere = new S3Client({
      endpoint: 'http://127.0.0.1:9',
      region: 'x',
      credentials: { accessKeyId: 'x', secretAccessKey: 'x' },
      maxAttempts: 1,
    });

    await expect(uploadsIn(nowhere, 'bucket', Date.now).read(upload, 1000)).rejects.toMatchObject({
      status: 503,
      code: 'SERVICE_UNAVAILABLE',
    });
  });
});
