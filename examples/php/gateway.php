<?php
// What the examples share: requests to wagate that are repeated where that is safe, and errors that have a code.
declare(strict_types=1);

/** An answer with "success": false. $errorCode is the name to branch on, $answer has all fields. */
final class GatewayError extends RuntimeException
{
    public readonly string $errorCode;

    public function __construct(public readonly array $answer)
    {
        $this->errorCode = $answer['code'];
        parent::__construct("{$answer['code']}: {$answer['error']}");
    }
}

/** No answer came. */
final class NoAnswer extends RuntimeException
{
}

/** A gateway, one API key of it, and the session that is meant where a request names none (none: `default`). */
final class Gateway
{
    private readonly string $url;

    public function __construct(public string $key = '', private readonly string $session = '')
    {
        $this->url = getenv('WAGATE_URL') ?: 'http://localhost:3000';
    }

    /**
     * Make one request and return the JSON of its answer; $body is sent as JSON, $form as a form.
     *
     * A request that only reads, or has a $key (its Idempotency-Key), is repeated when no answer came or the answer
     * says when to come again. A message with the same key is sent once, however often it is asked for.
     */
    public function call(
        string $method,
        string $path,
        ?array $body = null,
        ?array $form = null,
        ?string $key = null,
        array $headers = [],
    ): array {
        $headers = ["X-API-Key: $this->key", ...$headers];
        if ($this->session !== '') {
            $headers[] = "X-Session-Id: $this->session";
        }
        if ($key !== null) {
            $headers[] = "Idempotency-Key: $key";
        }
        if ($body !== null) {
            $headers[] = 'Content-Type: application/json';
        }
        for ($triesLeft = $method === 'GET' || $key !== null ? 4 : 0; ; $triesLeft--) {
            try {
                [$text, $pause] = $this->request($method, $path, $headers, $body === null ? $form : json_encode($body));
            } catch (NoAnswer $error) {
                if ($triesLeft === 0) {
                    throw $error;
                }
                sleep(1);
                continue;
            }
            $answer = json_decode($text, true) ?? throw new NoAnswer("No gateway answers at $this->url.");
            if ($answer['success']) {
                return $answer;
            }
            if ($triesLeft === 0 || $pause < 1 || $pause > 30) {
                throw new GatewayError($answer);
            }
            sleep($pause);
        }
    }

    /** The bytes of a file of the gateway (`media.url` of a message). */
    public function download(string $url): string
    {
        [$bytes, , $status] = $this->request('GET', $url, ["X-API-Key: $this->key"]);
        return $status === 200 ? $bytes : throw new NoAnswer("GET $url: $status");
    }

    /** The body of an answer, the seconds after which to come again (0 when it does not say), and its status. */
    private function request(string $method, string $path, array $headers, array|string|null $body = null): array
    {
        $curl = curl_init($this->url . $path);
        $pause = 0;
        curl_setopt_array($curl, [
            CURLOPT_CUSTOMREQUEST => $method,
            CURLOPT_RETURNTRANSFER => true,
            CURLOPT_FOLLOWLOCATION => $method === 'GET',
            CURLOPT_TIMEOUT => 60,
            CURLOPT_HTTPHEADER => $headers,
            CURLOPT_HEADERFUNCTION => function ($curl, string $line) use (&$pause): int {
                if (preg_match('/^Retry-After: *(\d+)/i', $line, $found)) {
                    $pause = (int) $found[1];
                }
                return strlen($line);
            },
        ]);
        if ($body !== null) {
            curl_setopt($curl, CURLOPT_POSTFIELDS, $body);
        }
        $answer = curl_exec($curl);
        if ($answer === false) {
            throw new NoAnswer(curl_error($curl));
        }
        return [$answer, $pause, curl_getinfo($curl, CURLINFO_RESPONSE_CODE)];
    }
}
