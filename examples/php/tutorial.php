<?php
// One API key, two WhatsApp numbers: the tutorial (docs/tutorial.md) in PHP 8, with its curl extension.
declare(strict_types=1);

require __DIR__ . '/gateway.php';

$sandbox = getenv('SANDBOX_URL'); // with `wagate sandbox`: simulated phones scan the codes
$adminKey = getenv('WAGATE_ADMIN_KEY');
if (!$adminKey) {
    fwrite(STDERR, "Set WAGATE_ADMIN_KEY to the contents of the file admin-key in the data folder.\n");
    exit(2);
}
$gateway = new Gateway();

/** A simulated phone looks at the picture, as a camera would. */
function scanInSandbox(string $number, string $picture): void
{
    global $sandbox;
    $asked = ["/phones" => ['number' => $number], "/phones/$number/scan" => ['qr' => $picture]];
    foreach ($asked as $path => $body) {
        $curl = curl_init($sandbox . $path);
        curl_setopt_array($curl, [
            CURLOPT_POSTFIELDS => json_encode($body),
            CURLOPT_HTTPHEADER => ['Content-Type: application/json'],
            CURLOPT_RETURNTRANSFER => true,
            CURLOPT_FAILONERROR => true,
        ]);
        if (curl_exec($curl) === false) {
            throw new RuntimeException("POST $path: " . curl_error($curl));
        }
    }
}

/** Show the QR code, a new one whenever it changes, until a phone has scanned it. Returns the number. */
function logIn(string $session, string $sandboxPhone): string
{
    global $gateway, $sandbox;
    $shown = null;
    while (true) {
        $answer = $gateway->call('GET', "/api/qr?sessionId=$session"); // A session is named in the query ...
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
    $status = $gateway->call('GET', '/api/status', headers: ["X-Session-Id: $session"]); // ... or in a header.
    echo "$session: {$status['status']} as {$status['number']}\n";
    return $status['number'];
}

/** The message with this text, once it is in the session's inbox. */
function waitForMessage(string $session, string $text): array
{
    global $gateway;
    while (true) {
        foreach ($gateway->call('GET', "/api/incoming-messages?sessionId=$session&limit=10")['messages'] as $message) {
            if ($message['message'] === $text) {
                return $message;
            }
        }
        sleep(1);
    }
}

// 1. One key. It is shown this once: keep it where your program keeps its secrets.
$admin = ["X-Admin-Key: $adminKey"];
$created = $gateway->call('POST', '/api/admin/apikeys/generate', ['name' => 'tutorial'], headers: $admin);
$gateway->key = $created['apiKey'];
echo "key: {$created['id']}\n";

// 2. Two sessions on it, each a WhatsApp number.
$sales = logIn('sales', '628111111111');
$support = logIn('support', '628122222222');

// 3. What the key has.
foreach ($gateway->call('GET', '/api/sessions')['sessions'] as $session) {
    echo "list: {$session['sessionId']} {$session['status']} {$session['number']}\n";
}

// 4. Send: the session is named in the body ... (with an Idempotency-Key a request may be repeated: it is sent once)
$sent = $gateway->call(
    'POST',
    '/api/send-message',
    ['sessionId' => 'sales', 'number' => $support, 'message' => 'Hello support, this is sales'],
    key: "{$created['id']}-1",
);
echo "sales sent {$sent['messageId']}\n";
// ... or in the header, as everywhere.
$sent = $gateway->call(
    'POST',
    '/api/send-message',
    ['number' => $sales, 'message' => 'Hello sales, this is support'],
    headers: ['X-Session-Id: support'],
);
echo "support sent {$sent['messageId']}\n";

// 5. Receive.
$message = waitForMessage('support', 'Hello support, this is sales');
echo "support received \"{$message['message']}\" from {$message['from']}\n";

// 6. A session that isn't connected. Without any name it is the session "default", which nobody has logged in.
try {
    $gateway->call('POST', '/api/send-message', ['number' => $sales, 'message' => 'This is not sent']);
} catch (GatewayError $error) {
    if ($error->errorCode !== 'WA_DISCONNECTED') {
        throw $error;
    }
    echo "default: WA_DISCONNECTED, it is {$error->answer['connectionStatus']}; nothing was sent or queued\n";
}

// 7. Clean up: the session is named in the path. Deleting it unlinks the phone.
foreach (['sales', 'support', 'default'] as $session) {
    echo "$session: " . $gateway->call('DELETE', "/api/sessions/$session")['message'] . "\n";
}
$gateway->call('POST', "/api/admin/apikeys/{$created['id']}/revoke", headers: $admin);
echo "done\n";
