<?php
// Send a picture: from a file, from an address, in base64, and from an upload.
//
//   php pictures.php 628222222222 photo.jpg https://example.com/photo.jpg
declare(strict_types=1);

require __DIR__ . '/gateway.php';

[, $number, $file, $url] = $argv;
$gateway = new Gateway(getenv('WAGATE_API_KEY'), getenv('WAGATE_SESSION') ?: '');

/** Send a picture; however often the request has to be repeated, it is sent once. */
function send(?array $body = null, ?array $form = null): array
{
    global $gateway;
    $key = 'picture-' . bin2hex(random_bytes(16)); // better: a name that your data has for it, like "order-4711-photo"
    $sent = $gateway->call('POST', '/api/send-image', $body, $form, $key);
    echo "sent {$sent['messageId']}\n";
    return $sent;
}

try {
    // 1. A file, in a form.
    send(form: ['number' => $number, 'caption' => 'From a file', 'file' => new CURLFile($file)]);

    // 2. An address, which the gateway fetches.
    send(['number' => $number, 'caption' => 'From an address', 'imageUrl' => $url]);

    // 3. In base64, for small ones.
    $inside = base64_encode(file_get_contents($file));
    send(['number' => $number, 'caption' => 'In base64', 'imageBase64' => $inside]);

    // 4. Uploaded once, sent as often as you like within a day.
    $upload = $gateway->call('POST', '/api/upload', form: ['file' => new CURLFile($file)])['file'];
    $sent = send(['number' => $number, 'caption' => 'From an upload', 'mediaId' => $upload['id']]);

    // What became of it: sent, delivered, read, ...
    $message = $gateway->call('GET', "/api/messages/{$sent['id']}");
    echo "the last one is {$message['status']}\n";
} catch (GatewayError $error) {
    fwrite(STDERR, match ($error->errorCode) {
        'WA_DISCONNECTED' => "The number is not connected ({$error->answer['connectionStatus']}): nothing was sent.\n",
        'NUMBER_NOT_ON_WHATSAPP' => "$number has no WhatsApp: nothing was sent.\n",
        default => "{$error->getMessage()}\n",
    });
    exit(1);
}
