<?php
// One API key, two WhatsApp numbers: the tutorial (docs/tutorial.md) in PHP 8, with its curl extension.
declare(strict_types=1);

$wagate = getenv('WAGATE_URL') ?: 'http://localhost:3000';
$sandbox = getenv('SANDBOX_URL'); // with `wagate sandbox`: simulated phones scan the codes
$adminKey = getenv('WAGATE_ADMIN_KEY');
if (!$adminKey) {
    fwrite(STDERR, "Set WAGATE_ADMIN_KEY to the contents of the file admin-key in the data folder.\n");
    exit(2);
}
$key = '';

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

/** Make one HTTP request with a JSON body; returns the status and the JSON of the answer. */
function request(string $method, string $url, ?array $body, array $headers): array
{
    $curl = curl_init($url);
    curl_setopt_array($curl, [
        CURLOPT_CUSTOMREQUEST => $method,
        CURLOPT_RETURNTRANSFER => true,
        CURLOPT_TIMEOUT => 30,
        CURLOPT_HTTPHEADER => [...$headers, 'Content-Type: application/json'],
    ]);
    if ($body !== null) {
        curl_setopt($curl, CURLOPT_POSTFIELDS, json_encode($body));
    }
    $answer = curl_exec($curl);
    if ($answer === false) {
        throw new RuntimeException(curl_error($curl));
    }
    return [curl_getinfo($curl, CURLINFO_RESPONSE_CODE), json_decode($answer, true, flags: JSON_THROW_ON_ERROR)];
}

/** Make one request to the gateway and return the JSON of its answer. */
function call(string $method, string $path, ?array $body = null, array $headers = []): array
{
    global $wagate, $key;
    [, $answer] = request($method, $wagate . $path, $body, ["X-API-Key: $key", ...$headers]);
    if (!$answer['success']) {
        throw new GatewayError($answer);
    }
    return $answer;
}

/** A simulated phone looks at the picture, as a camera would. */
function scanInSandbox(string $number, string $picture): void
{
    global $sandbox;
    $asked = ["/phones" => ['number' => $number], "/phones/$number/scan" => ['qr' => $picture]];
    foreach ($asked as $path => $body) {
        [$status, $answer] = request('POST', $sandbox . $path, $body, []);
        if ($status >= 400) {
            throw new RuntimeException("POST $path: $status {$answer['error']}");
        }
    }
}

/** Show the QR code, a new one whenever it changes, until a phone has scanned it. Returns the number. */
function logIn(string $session, string $sandboxPhone): string
{
    global $sandbox;
    $shown = null;
    while (true) {
        $answer = call('GET', "/api/qr?sessionId=$session"); // A session is named in the query ...
        if ($answer['status'] === 'connected') {
            break;
        }
        if ($answer['qr'] && $answer['qr'] !== $shown) {
            $shown = $answer['qr']; // data:image/png;base64,...
            file_put_contents("$session.png", base64_decode(explode(',', $shown)[1]));
            if ($sandbox) {
                scanInSandbox($sandboxPhone, $shown);
            } else {
                echo "Scan the picture $session.png: WhatsApp > Linked devices > Link a device\n";
            }
        }
        sleep(1);
    }
    $status = call('GET', '/api/status', headers: ["X-Session-Id: $session"]); // ... or in a header.
    echo "$session: {$status['status']} as {$status['number']}\n";
    return $status['number'];
}

/** The message with this text, once it is in the session's inbox. */
function waitForMessage(string $session, string $text): array
{
    while (true) {
        foreach (call('GET', "/api/incoming-messages?sessionId=$session&limit=10")['messages'] as $message) {
            if ($message['message'] === $text) {
                return $message;
            }
        }
        sleep(1);
    }
}

// 1. One key. It is shown this once: keep it where your program keeps its secrets.
$created = call('POST', '/api/admin/apikeys/generate', ['name' => 'tutorial'], ["X-Admin-Key: $adminKey"]);
$key = $created['apiKey'];
echo "key: {$created['id']}\n";

// 2. Two sessions on it, each a WhatsApp number.
$sales = logIn('sales', '628111111111');
$support = logIn('support', '628122222222');

// 3. What the key has.
foreach (call('GET', '/api/sessions')['sessions'] as $session) {
    echo "list: {$session['sessionId']} {$session['status']} {$session['number']}\n";
}

// 4. Send: the session is named in the body ... (with an Idempotency-Key a request may be repeated: it is sent once)
$sent = call(
    'POST',
    '/api/send-message',
    ['sessionId' => 'sales', 'number' => $support, 'message' => 'Hello support, this is sales'],
    ["Idempotency-Key: {$created['id']}-1"],
);
echo "sales sent {$sent['messageId']}\n";
// ... or in the header, as everywhere.
$sent = call(
    'POST',
    '/api/send-message',
    ['number' => $sales, 'message' => 'Hello sales, this is support'],
    ['X-Session-Id: support'],
);
echo "support sent {$sent['messageId']}\n";

// 5. Receive.
$message = waitForMessage('support', 'Hello support, this is sales');
echo "support received \"{$message['message']}\" from {$message['from']}\n";

// 6. A session that isn't connected. Without any name it is the session "default", which nobody has logged in.
try {
    call('POST', '/api/send-message', ['number' => $sales, 'message' => 'This is not sent']);
} catch (GatewayError $error) {
    if ($error->errorCode !== 'WA_DISCONNECTED') {
        throw $error;
    }
    echo "default: WA_DISCONNECTED, it is {$error->answer['connectionStatus']}; nothing was sent or queued\n";
}

// 7. Clean up: the session is named in the path. Deleting it unlinks the phone.
foreach (['sales', 'support', 'default'] as $session) {
    echo "$session: " . call('DELETE', "/api/sessions/$session")['message'] . "\n";
}
call('POST', "/api/admin/apikeys/{$created['id']}/revoke", headers: ["X-Admin-Key: $adminKey"]);
echo "done\n";
