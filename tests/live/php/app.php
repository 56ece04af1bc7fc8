<?php
// PHP's built-in server: plain scripts as people wrote them, warnings and fatal errors included.
ini_set('display_errors', getenv('APP_DEBUG'));
ini_set('html_errors', '1');
error_reporting(E_ALL);

function answer(int $status, $body): void
{
    http_response_code($status);
    header('Content-Type: application/json');
    echo json_encode($body);
}

$asked = $_SERVER['REQUEST_METHOD'] . ' ' . parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH);
switch ($asked) {
    case 'GET /ok':
        answer(200, ['id' => 17, 'name' => 'Crate']);
        break;
    case 'GET /page':
        echo '<!doctype html><h1>All is well</h1>';
        break;
    case 'GET /moved':
        header('Location: /ok');
        break;
    case 'GET /nothing':
        http_response_code(204);
        break;
    case 'POST /orders':
        $told = json_decode(file_get_contents('php://input'), true);
        if ($told === null) {
            answer(400, ['status' => 'error', 'message' => 'Could not read the body: ' . json_last_error_msg()]);
        } elseif (!isset($told['qty'])) {
            answer(422, ['message' => 'The given data was invalid.', 'errors' => ['qty' => ['The qty field is required.']]]);
        } elseif ($told['qty'] > 99) {
            answer(409, ['error' => 'out_of_stock', 'error_description' => 'Only 99 are left']);
        } else {
            answer(201, $told);
        }
        break;
    case 'GET /private':
        header('WWW-Authenticate: Basic realm="orders"');
        http_response_code(401);
        echo 'Sign in first, please.';
        break;
    case 'GET /admin':
        http_response_code(403);
        echo '<html><head><title>403</title></head><body><h1>Only owners may do that</h1></body></html>';
        break;
    case 'GET /busy':
        http_response_code(429);
        header('Retry-After: 20');
        echo 'Three orders a minute are enough.';
        break;
    case 'GET /warned':
        http_response_code(404);
        file_get_contents('/srv/ledger/hunter2');
        echo json_encode(['error' => ['code' => 'NO_CRATE', 'message' => 'There is no such crate']]);
        break;
    case 'GET /dies':
        http_response_code(500);
        die('mysqli_connect(): Access denied for user ledger_secret@10.9.8.7 (using password: YES)');
    case 'GET /boom':
        throw new RuntimeException('cannot open /srv/ledger/hunter2 on vault.corp.internal');
    case 'GET /latin':
        http_response_code(400);
        header('Content-Type: text/html; charset=iso-8859-1');
        echo "<p>Le num\xe9ro de la caisse est faux.</p>";
        break;
    default:
        return false;
}
